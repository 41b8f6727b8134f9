// The rules for `delete-backups` and `prune-history`.

import { errorOf } from '../support/action.js';
import { judgeAttempts } from './attempts.js';
import { type Deletions, deletionsOf } from './deletions.js';
import { answered, type Evidence, firstListOf, isConclusive, retriesOf, short } from './evidence.js';
import { judgeListAttempts, judgeListings } from './listings.js';
import { listIn, outcomeOf, rawListIn } from './meanings.js';
import {
  compare,
  isCutOff,
  isTightDryRun,
  judgeResult,
  judgeUnlisted,
  mayOnlyRead,
  type Outcome,
  outputOf,
  same,
} from './outcomes.js';
import { before, idsIn, type Plan, planOf } from './planner.js';
import { judgeProgress } from './progress.js';
import { judgeStorages } from './storages.js';
import type { Exchange } from './traffic.js';
import { isCalm, isPlain } from './world.js';

export function judgeBackups(evidence: Evidence): string[] {
  const { world, result, traffic, stoppedAt } = evidence;
  const { inputs } = world;
  const isPrune = inputs['operation'] === 'prune-history';
  const lists = traffic.filter(({ call }) => call === 'list');
  if (!isPrune && idsIn(inputs['backup-ids'] ?? '').length === 0) {
    const wrong = traffic.length > 0 ? ['a request although there is nothing to do'] : [];
    return stoppedAt === undefined ? [...wrong, ...judgeResult(evidence, true, 'nothing to do')] : wrong;
  }
  const wrong = judgeListAttempts(lists, retriesOf(world));
  const first = firstListOf(evidence);
  const listed = first && listIn(first);
  if (!listed) {
    if (isCalm(world)) wrong.push('nothing was in the way of a list');
    return [...wrong, ...judgeUnlisted(evidence)];
  }
  const deletes = traffic.filter(({ call }) => call === 'delete');
  if (stoppedAt !== undefined && first.endedAt > stoppedAt) {
    return deletes.length > 0 ? [...wrong, 'a DELETE after an early end'] : wrong;
  }

  const plan = intentOf(evidence, first);
  const sent = [...new Set(deletes.map(({ id }) => id))];
  const unplanned = sent.filter(id => !plan.selected.includes(id));
  if (unplanned.length > 0) wrong.push(`not selected, and sent: ${short(unplanned)}`);
  const [selected, kept] = [outputOf(result, 'selected'), outputOf(result, 'kept')];
  // What is refused before the plan is made has none.
  const isPlanKnown = selected.count !== '' || !(plan.refusal || stoppedAt !== undefined);
  if (isPlanKnown) {
    if (!same(selected.ids, plan.selected))
      wrong.push(`selected ${short(selected.ids)}, not ${short(plan.selected)}`);
    if (!same(kept.ids, plan.kept)) wrong.push(`kept ${short(kept.ids)}, not ${short(plan.kept)}`);
  }
  const isDry = inputs['dry-run'] === 'true';
  const refusal = plan.refusal ?? (!isDry && mayOnlyRead(traffic) ? 'a key that may only read' : undefined);
  if (isDry || refusal || plan.selected.length === 0) {
    if (sent.length > 0) wrong.push(`sent although refused (${refusal}): ${short(sent)}`);
    if (answered(lists).some(({ number }) => number > first.number))
      wrong.push('a second list although nothing was sent');
    if (isTightDryRun(evidence, first)) return wrong;
    const isNothingToDo = !isDry && !plan.refusal && plan.selected.length === 0;
    // A key that may only read can do nothing as well as any other.
    if (isNothingToDo && refusal) return wrong;
    const isSuccess = (isDry || isNothingToDo) && !plan.refusal && stoppedAt === undefined;
    return [...wrong, ...judgeResult(evidence, isSuccess, refusal)];
  }
  if (isCalm(world) && result.code !== 0) wrong.push('nothing was in its way');
  const run = deletionsOf(evidence, plan, listed);
  return [
    ...wrong,
    ...judgeAttempts(run),
    ...judgeStorages(run),
    ...judgeProgress(run),
    ...judgeListings(run),
    ...judgeEnding(run),
    ...judgeLost(run),
    ...judgePromises(run),
  ];
}

/** What is to be done, by the first list; or why nothing is. */
function intentOf(evidence: Evidence, first: Exchange): Plan & { refusal?: string } {
  const { world, date, startedAt } = evidence;
  const { inputs } = world;
  const now = date + first.endedAt - startedAt;
  const records = listIn(first) ?? [];
  const present = new Set(records.map(({ id }) => id));
  const named = idsIn(inputs[inputs['operation'] === 'delete-backups' ? 'backup-ids' : 'keep-ids'] ?? '');
  const isMissing = named.some(id => !present.has(id)) && inputs['ignore-not-found'] !== 'true';
  const plan: Plan & { refusal?: string } =
    inputs['operation'] === 'delete-backups'
      ? { selected: [...new Set(named)].filter(id => present.has(id)), kept: [], considered: [] }
      : planOf(rawListIn(first), inputs, now);
  const within = inputs['require-backup-within'];
  if (isMissing) plan.refusal = 'an id is not there';
  else if (within !== undefined) {
    const newest = Math.max(...plan.considered.map(({ createdOn = 0 }) => createdOn));
    if (newest < before(now, within, inputs['time-zone'] || 'UTC')) plan.refusal = 'backups have stopped';
  }
  const max = inputs['max-deletions'];
  if (max !== undefined && plan.selected.length > Number(max)) plan.refusal ??= 'too many';
  return plan;
}

/** Deleted, failed and the result, by what was sent, what was answered and what is listed in the end. */
function judgeEnding({ evidence, deletes, byId, plan, listed, stays }: Deletions): string[] {
  const { world, result, traffic } = evidence;
  const wrong: string[] = [];
  const sent = [...byId.keys()];
  const isConfirmed = (id: string) => outcomeOf(byId.get(id) ?? []) === 'confirmed';
  const unsent = plan.selected.filter(id => !byId.has(id));
  const lastDelete = deletes.at(-1)?.number ?? 0;
  const lists = traffic.filter(({ call, number }) => call === 'list' && number > lastDelete);
  const finals = answered(lists);
  const readable = finals.filter(({ answer }) => answer?.status === 200);
  const outcomes: Outcome[] = [];
  if (sent.length === 0) {
    outcomes.push({ deleted: [], failed: [], result: 'failure' });
  } else if (readable.length === 0 || isCutOff(evidence, lists)) {
    const failed = sent.filter(id => !isConfirmed(id));
    outcomes.push({ deleted: sent.filter(isConfirmed), failed, result: 'failure' });
  }
  for (const exchange of sent.length > 0 ? readable : []) {
    if (!isConclusive(exchange, listed, plan.selected)) {
      outcomes.push({ deleted: [], failed: sent, result: 'failure' });
      continue;
    }
    const left = new Set(listIn(exchange)?.map(({ id }) => id));
    const isDeleted = (id: string) => isConfirmed(id) && !left.has(id);
    const failed = sent.filter(id => !isDeleted(id));
    const missing = stays.filter(id => !left.has(id));
    const isFailure = failed.length + unsent.length + missing.length > 0;
    outcomes.push({ deleted: sent.filter(isDeleted), failed, result: isFailure ? 'failure' : 'success' });
  }
  // Of several lists the last one decides; where one of them proves nothing, it is open which.
  const hasBadList = finals.some(exchange => !isConclusive(exchange, listed, plan.selected));
  const isOpen = (finals.length > 1 && hasBadList) || isCutOff(evidence, lists);
  wrong.push(...compare(evidence, isOpen ? outcomes : outcomes.slice(-1)));
  const hasStrangeBackend = world.portal.backends !== undefined;
  const reported = outputOf(result, 'deleted').ids.filter(id => evidence.held.includes(id));
  // Without a list, what the portal confirmed counts, and it may lie.
  if (readable.length > 0 && reported.length > 0 && !hasStrangeBackend)
    wrong.push(`reported as deleted, and still there: ${short(reported)}`);
  if (result.code !== 0) return wrong;
  const still = evidence.held.filter(id => plan.selected.includes(id));
  if (still.length > 0 && !hasStrangeBackend) wrong.push(`success, and still there: ${short(still)}`);
  const files = evidence.lost.filter(id => plan.selected.includes(id) && !isConfirmed(id));
  if (files.length > 0) wrong.push(`success, and their files are still there: ${short(files)}`);
  return wrong;
}

/** Each backup whose record is gone and whose file is not is named in the log, unless the portal confirmed it. */
function judgeLost({ evidence, byId }: Deletions): string[] {
  const { result, lost } = evidence;
  const unconfirmed = lost.filter(id => byId.has(id) && outcomeOf(byId.get(id) ?? []) !== 'confirmed');
  const [, after = ''] = result.log.split('::group::Not proven to be deleted');
  const text = errorOf(result) + after;
  const unnamed = unconfirmed.filter(id => !text.toLowerCase().includes(id));
  return unnamed.length > 0 ? [`lost, and not named: ${short(unnamed)}`] : [];
}

/** What the world promises of a correct run. */
function judgePromises({ evidence, byId, plan }: Deletions): string[] {
  const { world, result, held, lost } = evidence;
  const { promises } = world;
  if (!promises || !isPlain(world) || evidence.stoppedAt !== undefined) return [];
  const wrong: string[] = [];
  const { maxLost, deletesAllBut } = promises;
  const lostFiles = lost.filter(id => byId.has(id));
  if (maxLost !== undefined && lostFiles.length > maxLost)
    wrong.push(`${lostFiles.length} lost, not ${maxLost} at most: ${short(lostFiles)}`);
  if (deletesAllBut) {
    const expected = plan.selected.filter(id => !deletesAllBut.includes(id));
    const missed = expected.filter(id => !outputOf(result, 'deleted').ids.includes(id));
    if (missed.length > 0) wrong.push(`not deleted, though nothing was in the way: ${short(missed)}`);
  }
  const dropped = plan.kept.filter(id => !held.includes(id));
  if (promises.keepsRecords && dropped.length > 0)
    wrong.push(`the storage dropped records of kept backups: ${short(dropped)}`);
  return wrong;
}
