// Runs the whole of the action in a world.

import { CANCELLED } from '../../src/main.js';
import { act } from '../support/action.js';
import { theClock } from '../support/clock.js';
import { openPortal } from '../support/portals.js';
import type { Evidence } from './evidence.js';
import { judge } from './oracle.js';
import { record } from './tape.js';
import type { World } from './world.js';

/** What is wrong with the run. @param look sees all there is to see */
export async function judgedRun(world: World, look?: (evidence: Evidence) => void): Promise<string[]> {
  const clock = theClock();
  const portal = await openPortal(world.portal);
  const stop = new AbortController();
  let stoppedAt: number | undefined;
  const end = () => {
    stoppedAt = clock.now();
    stop.abort(world.stop?.by === 'crash' ? new RangeError('An error of the test') : CANCELLED);
  };
  let cancelEnd = () => {};
  const { tape, stop: stopRecording } = record(clock, number => {
    if (number === world.stop?.onRequest) cancelEnd = clock.after(world.stop.afterMs, end);
  });
  const startedAt = clock.now();
  const date = clock.date();
  try {
    const inputs = { ...world.inputs, 'portal-url': portal.url };
    const result = await act(inputs, { cancelled: stop.signal });
    const { history, maxConcurrent: mostAtOnce } = portal.state;
    const held = [...history.own, ...history.dumps].map(record => (record as { id?: unknown })?.id);
    const evidence: Evidence = {
      world,
      result,
      tape: [...tape],
      startedAt,
      date,
      stoppedAt,
      held: held.filter((id): id is string => typeof id === 'string'),
      mostAtOnce,
    };
    look?.(evidence);
    return judge(evidence);
  } catch (error) {
    return [String(error)];
  } finally {
    cancelEnd();
    stopRecording();
    await portal.close();
  }
}
