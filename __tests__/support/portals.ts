import { afterEach } from '@jest/globals';
import { type Portal, type PortalOptions, startPortal } from '../../tools/stand-in/portal.mjs';
import { theClock } from './clock.js';
import { ofTheBundle } from './under-test.js';

type Options = PortalOptions & {
  port?: number;
  host?: '127.0.0.1' | '::1';
  tls?: { key: string; cert: string };
  /** Use real time, as the process that talks to the portal does. */
  inRealTime?: boolean;
};

const running: Portal[] = [];

/** Starts a stand-in portal that ends with the test. It uses the clock of the test or, for a process, real time. */
export async function portalWith(options: Options = {}): Promise<Portal> {
  const portal = await openPortal(options);
  running.push(portal);
  return portal;
}

/** Starts a stand-in portal that the caller must close. */
export async function openPortal({ inRealTime = ofTheBundle, ...options }: Options = {}): Promise<Portal> {
  if (inRealTime) return startPortal(options);
  const clock = theClock();
  const portal = await startPortal({ ...options, clock });
  clock.watch(portal);
  return portal;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(portal => portal.close()));
});

/** The DELETE requests that a portal received. */
export function deletions(portal: Portal): string[] {
  return portal.seen.filter(request => request.startsWith('DELETE'));
}
