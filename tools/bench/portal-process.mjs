// The stand-in portal in a process of its own, so that it shares no event loop with what is measured. Told over IPC.

import { readFileSync } from 'node:fs';
import { makeBackups, startPortal } from '../portal.mjs';

const certs = new URL('../certs/', import.meta.url);
const tls = {
  key: readFileSync(new URL('localhost-key.pem', certs)),
  cert: readFileSync(new URL('localhost.pem', certs)),
};

/** @type {Awaited<ReturnType<typeof startPortal>> | undefined} */
let portal;

/** @typedef {{ backups: number, latencyMs: number }} Order a portal to start in place of the one before; none: report */
/** @typedef {{ url: string, requests: number, connections: number, left: number }} Report */

process.on('message', async (/** @type {{ order?: Order }} */ { order }) => {
  if (order) {
    await portal?.close();
    const backups = makeBackups(order.backups, { everyHours: 7 });
    portal = await startPortal({ tls, backups, latencyMs: order.latencyMs });
  }
  if (!portal) throw new Error('There is no portal yet');
  const { requests, connections, history } = portal.state;
  /** @type {Report} */
  const report = { url: portal.url, requests: requests.length, connections, left: history.own.length };
  process.send?.(report);
});

// It must not outlive the benchmark.
process.on('disconnect', () => process.exit());
