import { describe, expect, jest, test } from '@jest/globals';
import type { Evidence } from './model/evidence.js';
import { Random } from './model/random.js';
import { judgedRun } from './model/run.js';
import { shrink } from './model/shrink.js';
import { type World, worldOf } from './model/world.js';
import { ofTheBundle } from './support/action.js';

/** `npm run model` gives others. The runs have this seed and those after it. */
const SEED = Number(process.env['MODEL_SEED'] || 1);
const RUNS = Number(process.env['MODEL_RUNS'] || 300);
const MOST_FAILURES = 5;
const MOST_SHRINKING_RUNS = 150;
/** In real time: it is made smaller for so long, and no longer. */
const LONGEST_SHRINKING_MS = 20_000;
const LONGEST_RUN_MS = 90_000;

/** One run, which the seed repeats: the jitter of the waits is the seed's, too. */
async function runOf(world: World, seed: number, look?: (evidence: Evidence) => void): Promise<string[]> {
  const random = new Random(seed);
  const jitter = jest.spyOn(Math, 'random').mockImplementation(() => random.next());
  try {
    return await judgedRun(world, look);
  } finally {
    jitter.mockRestore();
  }
}

/** Its kind of defect, without the ids and numbers of the one run. */
function kindOf(wrong: readonly string[]): string {
  return wrong.map(text => text.replace(/\d[\w-]*|\[.*?\]/gs, '')).join();
}

let failures = 0;

async function tryOut(seed: number): Promise<void> {
  if (failures >= MOST_FAILURES) return;
  const wrong = await runOf(worldOf(seed), seed);
  if (wrong.length === 0) return;
  failures++;
  const kind = kindOf(wrong.slice(0, 1));
  const until = performance.now() + LONGEST_SHRINKING_MS;
  const small = await shrink(
    worldOf(seed),
    async world => performance.now() < until && kindOf((await runOf(world, seed)).slice(0, 1)) === kind,
    MOST_SHRINKING_RUNS,
  );
  let seen = '';
  const still = await runOf(small, seed, evidence => {
    seen = describeRun(evidence);
  });
  throw new Error(
    [
      `Repeat with MODEL_SEED=${seed} MODEL_RUNS=1. What is wrong:`,
      ...wrong,
      `A smaller one (${still.join('; ')}):`,
      JSON.stringify(small),
      seen,
    ].join('\n'),
  );
}

function describeRun({ tape, result, startedAt, stoppedAt }: Evidence): string {
  const lines = tape.slice(0, 60).map(({ method, path, at, endedAt, answer }) => {
    const name = path.replace(/^\/api\/2\.0\/(backup\/)?/, '');
    const end = answer ? `${answer.status} ${answer.body.slice(0, 60)}` : 'no answer';
    return `${at - startedAt} to ${endedAt - startedAt} ms: ${method} ${name}: ${end}`;
  });
  const stop = stoppedAt === undefined ? [] : [`stopped at ${stoppedAt - startedAt} ms`];
  const error = result.log.split('\n').filter(line => line.startsWith('::error'));
  return [
    ...lines,
    ...stop,
    `${result.ms} ms, exit ${result.code}`,
    ...error,
    JSON.stringify(result.outputs),
  ].join('\n');
}

// The source alone: the bundle cannot be given a clock.
(ofTheBundle ? describe.skip : describe)('whatever happens, the report is what happened', () => {
  test.each(Array.from({ length: RUNS }, (_, run) => [SEED + run]))(
    'in the run of seed %d',
    async seed => {
      await tryOut(seed);
      expect(failures).toBeLessThanOrEqual(MOST_FAILURES);
    },
    LONGEST_RUN_MS,
  );
});
