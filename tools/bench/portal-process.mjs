// The stand-in portal in a process of its own, so that it shares no event loop with what is measured. Told over IPC.

import { readFileSync } from 'node:fs';
import { makeBackups, startPortal } from '../stand-in/portal.mjs';

const certs = new URL('../certs/', import.meta.url);
const tls = {
  key: readFileSync(new URL('localhost-key.pem', certs)),
  cert: readFileSync(new URL('localhost.pem', certs)),
};

/** @type {Awaited<ReturnType<typeof startPortal>> | undefined} */
let portal;

/** @typedef {{ count: number } & Pick<import('../stand-in/portal.mjs').PortalOptions, 'latencyMs' | 'limits'>} Order a portal to start in place of the one before; none: report */
/** @typedef {{ url: string, connections: number, refused: number, left: number }} Report */

process.on('message', async (/** @type {{ order?: Order }} */ { order }) => {
  if (order) {
    const { count, ...options } = order;
    await portal?.close();
    portal = await startPortal({ tls, backups: makeBackups(count, { everyHours: 7 }), ...options });
  }
  if (!portal) throw new Error('There is no portal yet');
  const { connections, refused, history } = portal.state;
  /** @type {Report} */
  const report = { url: portal.url, connections, refused, left: history.own.length };
  process.send?.(report);
});

// It must not outlive the benchmark.
process.on('disconnect', () => process.exit());
