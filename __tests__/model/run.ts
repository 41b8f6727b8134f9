// Runs the whole action in a world.

import { CANCELLED } from '../../src/main.js';
import { act } from '../support/action.js';
import { theClock } from '../support/clock.js';
import { openPortal } from '../support/portals.js';
import type { Evidence } from './evidence.js';
import { judge } from './oracle.js';
import { recordTraffic } from './traffic.js';
import type { World } from './world.js';

/** @returns what is wrong with the run @param inspect gets the evidence as well */
export async function judgedRun(world: World, inspect?: (evidence: Evidence) => void): Promise<string[]> {
  const clock = theClock();
  const portal = await openPortal(world.portal);
  const stop = new AbortController();
  let stoppedAt: number | undefined;
  const end = () => {
    stoppedAt = clock.monotonicMs();
    stop.abort(world.stop?.by === 'crash' ? new RangeError('An error of the test') : CANCELLED);
  };
  let cancelEnd = () => {};
  const { traffic, stop: stopRecording } = recordTraffic(clock, number => {
    if (number === world.stop?.onRequest) cancelEnd = clock.after(world.stop.afterMs, end);
  });
  const startedAt = clock.monotonicMs();
  const date = clock.epochMs();
  try {
    const inputs = { ...world.inputs, 'portal-url': portal.url };
    const result = await act(inputs, { cancelled: stop.signal });
    const { state } = portal;
    const held = [...state.history.own, ...state.history.dumps].map(
      record => (record as { id?: unknown })?.id,
    );
    const evidence: Evidence = {
      world,
      result,
      traffic: [...traffic],
      startedAt,
      date,
      stoppedAt,
      held: held.filter((id): id is string => typeof id === 'string').map(id => id.toLowerCase()),
      lost: state.filesLeft.filter(id => state.deletedIds.has(id)).map(id => id.toLowerCase()),
      maxBackupsAtWork: state.maxConcurrent,
      maxRequestsAtWork: state.maxConcurrentRequests,
    };
    inspect?.(evidence);
    return judge(evidence);
  } catch (error) {
    return [String(error)];
  } finally {
    cancelEnd();
    stopRecording();
    await portal.close();
  }
}
