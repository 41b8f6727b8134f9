// A second telling of the rules. It knows what the portal saw, answered and holds, and judges what the action said.

import { type ActResult, readIds } from '../support/action.js';
import { judgeDeletions } from './deletions.js';
import { type Evidence, isTrusted, retriesOf, timeoutOf } from './evidence.js';
import { before, idsIn, type Listed, type Plan, planOf } from './planner.js';
import type { Exchange } from './tape.js';
import { lastWordOf, listIn, rawListIn, scheduleIn, wordOf } from './words.js';
import { isCalm, type World } from './world.js';

type Ids = readonly string[];
/** What a run can come to. More than one where the rules leave it open. */
interface Outcome {
  deleted: Ids;
  failed: Ids;
  /** Red for that alone. */
  isRed: boolean;
}

/** All that is wrong with a run. */
export function judge(evidence: Evidence): string[] {
  const { world, result, tape, startedAt, stoppedAt } = evidence;
  const { inputs } = world;
  const wrong: string[] = [];
  const isGreen = result.code === 0;
  const timeoutMs = timeoutOf(inputs);
  const most = stoppedAt === undefined ? timeoutMs : Math.min(timeoutMs, stoppedAt - startedAt + 6_000);
  if (result.ms > most) wrong.push(`in time: ${result.ms} ms, ${most} at most`);
  for (const { method, path, what } of tape) {
    if (method !== 'GET' && inputs['dry-run'] === 'true')
      wrong.push(`a dry run sends GETs alone: ${method} ${path}`);
    if (what === 'other') wrong.push(`not a request of this action: ${method} ${path}`);
  }
  if (stoppedAt !== undefined) {
    if (isGreen) wrong.push('an early end is red');
    const late = tape.find(({ at }) => at > stoppedAt);
    if (late) wrong.push(`no new request after an early end: ${late.method} ${late.path}`);
  }
  wrong.push(...judgeStatusCode(evidence));
  if (inputs['operation'] === 'delete-schedule') return [...wrong, ...judgeSchedule(evidence)];
  if (inputs['operation'] === 'delete-history') return [...wrong, ...judgeHistory(evidence)];
  return [...wrong, ...judgeBackups(evidence)];
}

function judgeStatusCode({ result, tape, stoppedAt }: Evidence): string[] {
  const given = result.outputs['status-code'] ?? '';
  const deletes = tape.filter(({ method }) => method === 'DELETE');
  const statuses = deletes.flatMap(({ status }) => (status ? [String(status)] : []));
  const isHalf = given === '' && deletes.every(({ answer }) => !answer);
  if (statuses.length === 0 ? given === '' : statuses.includes(given) || isHalf) return [];
  // An answer may be cut off by the end.
  if (stoppedAt !== undefined && given === '') return [];
  return [`status-code is ${given}; the portal's were ${statuses}`];
}

/** The answers of a listing or another GET, without those that are asked for again. */
function final(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.filter(exchange => !['none', 'limit'].includes(wordOf(exchange)));
}

/** How often a request may be repeated: as `retries` says. A refusal by a rate limit is none. */
function judgeRetries(inputs: World['inputs'], exchanges: readonly Exchange[], name: string): string[] {
  const wrong: string[] = [];
  let inARow = 0;
  for (const exchange of exchanges) {
    const word = wordOf(exchange);
    if (word === 'limit') continue;
    inARow++;
    if (inARow > 1 + retriesOf(inputs)) wrong.push(`retries: ${name} is asked ${inARow} times`);
    if (word !== 'none') inARow = 0;
  }
  return wrong.slice(0, 1);
}

function judgeSchedule({ world, result, tape, stoppedAt }: Evidence): string[] {
  const { inputs } = world;
  const wrong: string[] = [];
  const deletes = tape.filter(({ what }) => what === 'delete schedule');
  const gets = tape.filter(({ what }) => what === 'get schedule');
  const isDry = inputs['dry-run'] === 'true';
  const isVerified = inputs['verify'] !== 'false' || isDry;
  wrong.push(...judgeRetries(inputs, deletes, 'the end of the schedule'));
  let isProven: boolean;
  if (!isVerified) {
    if (gets.length > 0) wrong.push('without verify, nothing else is asked');
    isProven = lastWordOf(deletes) === 'success';
  } else {
    const first = final(
      gets.filter(({ number }) => number < (deletes[0]?.number ?? Number.POSITIVE_INFINITY)),
    )[0];
    const found = first ? scheduleIn(first) : 'unknown';
    if (found !== 'one' && deletes.length > 0) wrong.push(`a DELETE although the schedule was ${found}`);
    // Where it was in doubt, it may have been asked for again.
    const last = final(gets.filter(({ number }) => number > (deletes.at(-1)?.number ?? 0))).at(-1);
    const word = lastWordOf(deletes);
    const isGone = deletes.length > 0 && last !== undefined && scheduleIn(last) === 'none';
    isProven =
      found === 'none' || (found === 'one' && (isDry || (isGone && ['success', 'none'].includes(word))));
    if (isProven && !isDry && world.portal.stuckSchedule && deletes.length > 0)
      wrong.push('the schedule is still there');
  }
  if (isCalm(world) && result.code !== 0) wrong.push('nothing stood in its way');
  const shouldBeGreen = isProven && stoppedAt === undefined;
  if (shouldBeGreen !== (result.code === 0)) wrong.push(`should be ${shouldBeGreen ? 'green' : 'red'}`);
  for (const what of ['selected', 'deleted', 'failed', 'kept']) {
    if (result.outputs[`${what}-count`] !== '0')
      wrong.push(`${what}-count is ${result.outputs[`${what}-count`]}`);
  }
  return wrong;
}

/** What the outputs say about ids. */
function said({ outputs }: ActResult, what: string): { count: string; ids: string[] } {
  return { count: outputs[`${what}-count`] ?? '', ids: readIds(outputs, what) };
}

function same(one: Ids, other: Ids): boolean {
  return [...one].sort().join() === [...other].sort().join();
}

function short(ids: Ids): string {
  const numbers = [...ids].sort().map(id => id.replace(/^[0-]+4000-8000-0*/, ''));
  return `[${numbers.slice(0, 20).join(' ')}${numbers.length > 20 ? ` … ${numbers.length}` : ''}]`;
}

/** Before anything was listed. */
function judgeUnlisted({ world, result, tape }: Evidence): string[] {
  const wrong: string[] = [];
  if (isCalm(world)) wrong.push('nothing stood in the way of a list');
  if (result.code === 0) wrong.push('green without a first list');
  const sent = tape.filter(({ method }) => method === 'DELETE');
  if (sent.length > 0) wrong.push('a DELETE before a list was read');
  const counts = ['selected', 'kept', 'deleted', 'failed'].map(what => said(result, what).count);
  if (counts.join() !== ',,0,0') wrong.push(`counts without a first list are ${counts}`);
  return wrong;
}

function judgeHistory(evidence: Evidence): string[] {
  const { world, result, tape, stoppedAt } = evidence;
  const { inputs } = world;
  const wrong: string[] = [];
  const deletes = tape.filter(({ what }) => what === 'delete history');
  const lists = tape.filter(({ what }) => what === 'list');
  const isDry = inputs['dry-run'] === 'true';
  if (inputs['verify'] === 'false' && !isDry) {
    wrong.push(...judgeRetries(inputs, deletes, 'the end of the history'));
    if (lists.length + tape.filter(({ what }) => what === 'key').length > 0) {
      wrong.push('without verify, nothing else is asked');
    }
    const isProven = lastWordOf(deletes) === 'success' && stoppedAt === undefined;
    if (isProven !== (result.code === 0)) wrong.push(`should be ${isProven ? 'green' : 'red'}`);
    const counts = ['selected', 'kept', 'deleted', 'failed'].map(what => said(result, what).count);
    if (isProven && counts.join() !== ',,,') wrong.push(`counts without verify are ${counts}`);
    return wrong;
  }
  if (deletes.filter(exchange => wordOf(exchange) !== 'limit').length > 1 + retriesOf(inputs)) {
    wrong.push(`retries: the end of the history is asked ${deletes.length} times`);
  }

  const first = firstList(evidence);
  const listed = first && listIn(first);
  if (!listed) return [...wrong, ...judgeUnlisted(evidence)];
  if (stoppedAt !== undefined && first.endedAt > stoppedAt) return wrong;
  const ids = [...new Set(listed.flatMap(({ id }) => (id === '' ? [] : [id])))];
  const selected = said(result, 'selected');
  if (!same(selected.ids, ids)) wrong.push(`selected ${short(selected.ids)}, listed ${short(ids)}`);
  if (said(result, 'kept').ids.length > 0) wrong.push('nothing is kept of a whole history');
  const total = ids.length + listed.filter(({ id }) => id === '').length;
  const isTooMany = inputs['max-deletions'] !== undefined && total > Number(inputs['max-deletions']);
  if (isDry || isTooMany || mayOnlyRead(tape)) {
    if (deletes.length > 0) wrong.push('a DELETE that was refused');
    if (isTightRehearsal(evidence, first)) return wrong;
    const shouldBeGreen = isDry && !isTooMany && stoppedAt === undefined;
    if (shouldBeGreen !== (result.code === 0)) wrong.push(`should be ${shouldBeGreen ? 'green' : 'red'}`);
    return wrong;
  }
  if (isCalm(world) && result.code !== 0) wrong.push('nothing stood in its way');
  if (deletes.length === 0) {
    if (result.code === 0) wrong.push('green, and nothing was sent');
    return wrong;
  }

  const closing = final(lists.filter(({ number }) => number > (deletes.at(-1)?.number ?? 0)));
  const ofStatus200 = closing.filter(({ answer }) => answer?.status === 200);
  const outcomes: Outcome[] = [];
  const unknown = { deleted: [], failed: ids, isRed: true };
  if (ofStatus200.length !== closing.length || ofStatus200.length === 0 || cutOff(evidence, lists)) {
    outcomes.push(unknown);
  }
  // Of several lists, the last one that can be trusted decides, unless a later one makes the end unknown.
  for (const exchange of ofStatus200.slice(-2)) {
    const list = listIn(exchange);
    if (!list || !isTrusted(list, listed, ids)) {
      outcomes.push(unknown);
      continue;
    }
    const left = new Set(list.map(({ id }) => id));
    const failed = ids.filter(id => left.has(id));
    const word = lastWordOf(deletes);
    const isRed =
      failed.length > 0 ||
      !['success', 'none'].includes(word) ||
      // A list tells nothing of records that it never had.
      (word === 'none' && listed.length === 0) ||
      (left.has('') && listed.some(({ id }) => id === ''));
    outcomes.push({ deleted: ids.filter(id => !left.has(id)), failed, isRed });
  }
  wrong.push(...compare(evidence, closing.length > 1 ? outcomes : outcomes.slice(-2)));
  if (result.code === 0) {
    const still = evidence.held.filter(id => ids.includes(id));
    if (still.length > 0 && !world.portal.backends) wrong.push(`green, and still there: ${short(still)}`);
  }
  return wrong;
}

/** Compares what the outputs say with what they may say. */
function compare({ result, stoppedAt }: Evidence, outcomes: readonly Outcome[]): string[] {
  const deleted = said(result, 'deleted');
  const failed = said(result, 'failed');
  const fitting = outcomes.filter(
    outcome => same(outcome.deleted, deleted.ids) && same(outcome.failed, failed.ids),
  );
  if (fitting.length === 0) {
    const expected = outcomes
      .map(outcome => `${short(outcome.deleted)} and ${short(outcome.failed)}`)
      .join(', or ');
    return [`deleted ${short(deleted.ids)}, failed ${short(failed.ids)}; not ${expected}`];
  }
  if (stoppedAt !== undefined) return [];
  const colours = fitting.map(({ isRed }) => (isRed ? 'red' : 'green'));
  const is = result.code === 0 ? 'green' : 'red';
  return colours.includes(is) ? [] : [`should be ${colours[0]}`];
}

/** The listing that tells what there is, answered as well as it will be. */
function firstList({ tape }: Evidence): Exchange | undefined {
  const until = tape.find(({ method }) => method === 'DELETE')?.number ?? Number.POSITIVE_INFINITY;
  return final(tape.filter(({ what, number }) => what === 'list' && number < until))[0];
}

/** Where there would be no time for a real run's closing list, a dry run may say so, and be red. */
function isTightRehearsal({ world, result, startedAt }: Evidence, first: Exchange): boolean {
  const { inputs } = world;
  const left = timeoutOf(inputs) - (first.endedAt - startedAt);
  return inputs['dry-run'] === 'true' && result.code !== 0 && 1.6 * (first.endedAt - first.at) + 6_000 > left;
}

/** Whether an answer came so late that the run may not have heard of it. */
function cutOff({ stoppedAt }: Evidence, lists: readonly Exchange[]): boolean {
  return stoppedAt !== undefined && lists.some(({ endedAt }) => endedAt >= stoppedAt);
}

/** Whether the portal has said, in time, that the key may only read. */
function mayOnlyRead(tape: readonly Exchange[]): boolean {
  const asked = tape.find(({ what }) => what === 'key');
  if (asked?.answer?.status !== 200 || asked.endedAt - asked.at >= 5_000) return false;
  try {
    const permissions: unknown = JSON.parse(asked.answer.body).response?.permissions;
    return (
      Array.isArray(permissions) && permissions.length > 0 && permissions.every(one => /:read$/.test(one))
    );
  } catch {
    return false;
  }
}

/** What was to be done, by the first list; or why nothing. */
function intentOf(evidence: Evidence, first: Exchange): Plan & { refusal?: string } {
  const { world, date, startedAt } = evidence;
  const { inputs } = world;
  const now = date + first.endedAt - startedAt;
  const records = listIn(first) ?? [];
  const present = new Set(records.map(({ id }) => id));
  const asked = idsIn(inputs[inputs['operation'] === 'delete-backups' ? 'backup-ids' : 'keep-ids'] ?? '');
  const isMissing = asked.some(id => !present.has(id)) && inputs['ignore-not-found'] !== 'true';
  const plan: Plan & { refusal?: string } =
    inputs['operation'] === 'delete-backups'
      ? { selected: [...new Set(asked)].filter(id => present.has(id)), kept: [], lookedAt: [] }
      : planOf(rawListIn(first), inputs, now);
  const within = inputs['require-backup-within'];
  if (isMissing) plan.refusal = 'an id is not there';
  else if (within !== undefined) {
    const newest = Math.max(...plan.lookedAt.map(({ createdOn = 0 }) => createdOn));
    if (newest < before(now, within, inputs['time-zone'] || 'UTC')) plan.refusal = 'backups have stopped';
  }
  const most = inputs['max-deletions'];
  if (most !== undefined && plan.selected.length > Number(most)) plan.refusal ??= 'too many';
  return plan;
}

function judgeBackups(evidence: Evidence): string[] {
  const { world, result, tape, stoppedAt } = evidence;
  const { inputs } = world;
  const isPrune = inputs['operation'] === 'prune-history';
  const wrong: string[] = [];
  const deletes = tape.filter(({ what }) => what === 'delete');
  const lists = tape.filter(({ what }) => what === 'list');
  // The closing list is asked for twice more, where it is in doubt.
  const lastDelete = deletes.at(-1)?.number ?? Number.POSITIVE_INFINITY;
  const closing = final(lists).find(({ number }) => number > lastDelete)?.number ?? Number.POSITIVE_INFINITY;
  wrong.push(
    ...judgeRetries(
      inputs,
      lists.filter(({ number }) => number <= closing),
      'the list',
    ),
  );
  const again = lists.filter(list => list.number > closing && wordOf(list) !== 'limit');
  if (again.length > 2 * (1 + retriesOf(inputs))) wrong.push('retries: too many lists after the closing one');

  if (!isPrune && idsIn(inputs['backup-ids'] ?? '').length === 0) {
    if (result.code !== 0 && stoppedAt === undefined) wrong.push('nothing to do is green');
    if (tape.length > 0) wrong.push('a request although nothing was asked for');
    return wrong;
  }
  const first = firstList(evidence);
  const listed = first && listIn(first);
  if (!listed) return [...wrong, ...judgeUnlisted(evidence)];
  if (stoppedAt !== undefined && first.endedAt > stoppedAt) {
    if (deletes.length > 0) wrong.push('a DELETE after an early end');
    return wrong;
  }

  const plan = intentOf(evidence, first);
  const sent = [...new Set(deletes.map(({ id }) => id))];
  const strange = sent.filter(id => !plan.selected.includes(id));
  if (strange.length > 0) wrong.push(`not to be deleted, and sent: ${short(strange)}`);
  const [selected, kept] = [said(result, 'selected'), said(result, 'kept')];
  // What is refused before the plan is made has none.
  const isPlanKnown = selected.count !== '' || !(plan.refusal || stoppedAt !== undefined);
  if (isPlanKnown) {
    if (!same(selected.ids, plan.selected)) {
      wrong.push(`selected ${short(selected.ids)}, not ${short(plan.selected)}`);
    }
    if (!same(kept.ids, plan.kept)) wrong.push(`kept ${short(kept.ids)}, not ${short(plan.kept)}`);
  }
  const isDry = inputs['dry-run'] === 'true';
  const refusal = plan.refusal ?? (!isDry && mayOnlyRead(tape) ? 'a key that may only read' : undefined);
  if (isDry || refusal || plan.selected.length === 0) {
    if (sent.length > 0) wrong.push(`sent although refused (${refusal}): ${short(sent)}`);
    // A key that may only read can do nothing as well as any other.
    if (isTightRehearsal(evidence, first)) return wrong;
    const isOpen = !isDry && !plan.refusal && plan.selected.length === 0;
    const shouldBeGreen = (isDry || isOpen) && !plan.refusal && stoppedAt === undefined;
    if (!(isOpen && refusal) && shouldBeGreen !== (result.code === 0)) {
      wrong.push(`should be ${shouldBeGreen ? 'green' : 'red'} (${refusal})`);
    }
    const more = final(lists).filter(({ number }) => number > first.number);
    if (more.length > 0) wrong.push('nothing was sent: no second list is needed');
    return wrong;
  }
  if (isCalm(world) && result.code !== 0) wrong.push('nothing stood in its way');
  wrong.push(...judgeDeletions(evidence, deletes, plan, listed));
  wrong.push(...judgeEnding(evidence, deletes, plan, listed));
  return wrong;
}

/** Deleted, failed and the colour, by what was sent, what was said and what is listed in the end. */
function judgeEnding(
  evidence: Evidence,
  deletes: readonly Exchange[],
  plan: Plan,
  listed: readonly Listed[],
): string[] {
  const { world, result, tape } = evidence;
  const wrong: string[] = [];
  const sent = [...new Set(deletes.map(({ id }) => id))];
  const words = new Map(sent.map(id => [id, lastWordOf(deletes.filter(exchange => exchange.id === id))]));
  const unsent = plan.selected.filter(id => !words.has(id));
  const after = tape.filter(({ what, number }) => what === 'list' && number > (deletes.at(-1)?.number ?? 0));
  const closing = final(after);
  const ofStatus200 = closing.filter(({ answer }) => answer?.status === 200);
  const outcomes: Outcome[] = [];

  const isSaid = (id: string) => words.get(id) === 'success';
  if (sent.length === 0) {
    outcomes.push({ deleted: [], failed: [], isRed: true });
  } else if (ofStatus200.length === 0 || cutOff(evidence, after)) {
    const reported = sent.filter(isSaid);
    outcomes.push({ deleted: reported, failed: sent.filter(id => !isSaid(id)), isRed: true });
  }
  // What is pinned stays, whether or not the policy looks at it; a temporary one may go by itself.
  const pins = world.inputs['operation'] === 'prune-history' ? idsIn(world.inputs['keep-ids'] ?? '') : [];
  const isTemporary = (id: string) =>
    listed.some(record => record.id === id && record.expires === 'at a time');
  const wasThere = (id: string) => listed.some(record => record.id === id);
  const stays = [...plan.kept, ...pins.filter(id => wasThere(id) && !isTemporary(id))];
  let decided: Exchange | undefined;
  if (sent.length > 0) {
    for (const exchange of ofStatus200) {
      const list = listIn(exchange);
      if (!list || !isTrusted(list, listed, plan.selected)) {
        outcomes.push({ deleted: [], failed: sent, isRed: true });
        break;
      }
      decided = exchange;
      const left = new Set(list.map(({ id }) => id));
      const isDeleted = (id: string) =>
        words.get(id) !== 'error' && words.get(id) !== 'limit' && !left.has(id);
      const failed = sent.filter(id => !isDeleted(id));
      const missing = stays.filter(id => !left.has(id));
      const isRed = failed.length + unsent.length + missing.length > 0;
      outcomes.push({ deleted: sent.filter(isDeleted), failed, isRed });
    }
  }
  // Of several lists the last one decides; where that one proves nothing, it is open which.
  const isOpen = closing.length > 1 && closing.at(-1) !== decided;
  wrong.push(...compare(evidence, isOpen || cutOff(evidence, after) ? outcomes : outcomes.slice(-1)));
  if (result.code === 0) {
    const still = evidence.held.filter(id => plan.selected.includes(id));
    if (still.length > 0 && !world.portal.backends) wrong.push(`green, and still there: ${short(still)}`);
  }
  return wrong;
}
