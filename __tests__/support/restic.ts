import golden from '../fixtures/restic-policies.json' with { type: 'json' };

/** One of restic's golden cases, in the names of this action's inputs. */
export interface GoldenCase {
  name: string;
  inputs: Record<string, string>;
  /** `2016-01-18T12:02:03 last, daily`, newest first. */
  kept: readonly string[];
}

/** When the snapshots of restic's test were made. Like restic's own list, it is not sorted. */
export const goldenTimes: readonly string[] = golden.times;

export const goldenCases: readonly GoldenCase[] = golden.cases.map(({ inputs, kept }) => {
  const given = Object.entries(inputs).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const name = given.map(([rule, value]) => `${rule} ${value}`).join(', ');
  return { name, inputs: Object.fromEntries(given), kept };
});
