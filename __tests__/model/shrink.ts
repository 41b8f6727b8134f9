// Makes a world that fails smaller, as long as it still fails.

import type { World } from './world.js';

type Step = (world: World) => void;

/** Everything that can be left out of a world, largest first. */
function stepsOf(world: World): Step[] {
  const { portal, inputs } = world;
  const steps: Step[] = [];
  if (world.stop) steps.push(smaller => void delete smaller.stop);
  for (const key of Object.keys(portal) as (keyof typeof portal)[]) {
    if (key === 'backups' || key === 'dumps') steps.push(...partsOf(portal[key] ?? []).map(cut(key)));
    else if (key === 'faults') steps.push(...partsOf(portal.faults ?? []).map(cut('faults')));
    else if (key !== 'standalone') steps.push(smaller => void delete smaller.portal[key]);
  }
  for (const name of Object.keys(inputs)) {
    // Without a policy, a prune is refused.
    if (!/^(operation|backup-ids|dump|keep-.*)$/.test(name))
      steps.push(smaller => void delete smaller.inputs[name]);
  }
  return steps;
}

/** Ever smaller pieces of a list. */
function partsOf(list: readonly unknown[]): [from: number, to: number][] {
  const parts: [number, number][] = [];
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let from = 0; from < list.length; from += size) parts.push([from, from + size]);
  }
  return parts;
}

function cut(key: 'backups' | 'dumps' | 'faults'): (part: [from: number, to: number]) => Step {
  return ([from, to]) =>
    ({ portal }) => {
      const list: unknown[] = portal[key] ?? [];
      Object.assign(portal, { [key]: [...list.slice(0, from), ...list.slice(to)] });
    };
}

/** @param fails whether a world still shows the same defect @param maxRuns how many runs this may take */
export async function shrink(
  world: World,
  fails: (world: World) => Promise<boolean>,
  maxRuns: number,
): Promise<World> {
  let best = world;
  let runs = 0;
  for (let isSmaller = true; isSmaller && runs < maxRuns; ) {
    isSmaller = false;
    for (const step of stepsOf(best)) {
      if (runs >= maxRuns) break;
      const smaller = structuredClone(best);
      step(smaller);
      if (JSON.stringify(smaller).length >= JSON.stringify(best).length) continue;
      runs++;
      if (await fails(smaller)) {
        best = smaller;
        isSmaller = true;
        break;
      }
    }
  }
  return best;
}
