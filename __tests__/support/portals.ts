import { afterEach } from '@jest/globals';
import { type PortalOptions, startPortal } from '../../tools/portal.mjs';

type Running = Awaited<ReturnType<typeof startPortal>>;
const running: Running[] = [];

/** Starts a stand-in portal that ends with the test. */
export async function portalWith(
  options: PortalOptions & { host?: '127.0.0.1' | '::1'; tls?: { key: string; cert: string } } = {},
): Promise<Running> {
  const portal = await startPortal(options);
  running.push(portal);
  return portal;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(portal => portal.close()));
});

/** The deletions among what a portal saw. */
export function deletions(portal: Running): string[] {
  return portal.seen.filter(request => request.startsWith('DELETE'));
}
