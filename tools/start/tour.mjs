// A dry run, a prune and a failure against a stand-in portal on this machine, each shown as a workflow run would show it.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runAction } from '../runner.mjs';
import { bold, dim, outputLines, print, showPortal } from './print.mjs';
import { STAND_IN_KEY, startStandIn } from './stand-in.mjs';

/** @typedef {import('../runner.mjs').RunResult} RunResult */

/**
 * Shows all three.
 * @param {AbortSignal} cancelled
 * @returns {Promise<number>} the exit code: whether each came out as it should
 */
export async function tour(cancelled) {
  const portal = await startStandIn();
  const folder = mkdtempSync(join(tmpdir(), 'docspace-backup-cleanup-'));
  const prune = { operation: 'prune-history', 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '6' };
  const steps = [
    { title: 'First a dry run', inputs: { ...prune, 'dry-run': 'true' }, isGreen: true },
    { title: 'Then for real', inputs: prune, isGreen: true },
    { title: 'And with a key that may only read', inputs: { operation: 'delete-history' }, isGreen: false },
  ];
  let code = 0;
  for (const [index, { title, inputs, isGreen }] of steps.entries()) {
    portal.state.options.scopes = isGreen ? [] : ['*:read'];
    const before = portal.seen.length;
    const all = { 'portal-url': portal.url, token: STAND_IN_KEY, ...inputs };
    const result = await runAction(all, { cancelled });
    show(title, inputs, result, join(folder, `summary-${index + 1}.html`));
    showPortal(portal.seen.slice(before));
    if ((result.code === 0) !== isGreen) code = 1;
    if (cancelled.aborted) break;
  }
  await portal.close();
  print('', 'Now with your portal: node tools/start.mjs --help');
  return code;
}

/** @param {string} title @param {Record<string, string>} inputs @param {RunResult} result @param {string} page */
function show(title, inputs, { code, log, outputs, summary }, page) {
  const step = Object.entries(inputs).map(([name, value]) => `${name}: ${value}`);
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><body style="font: 14px sans-serif">\n${summary}`,
  );
  print('', bold(`━━ ${title} `.padEnd(80, '━')), dim(step.join('   ')), '', ...foldGroups(log), '');
  print(...outputLines(outputs));
  print(
    bold('Job summary'),
    ...plainText(summary).map(line => `  ${line}`),
    `  ${dim(pathToFileURL(page).href)}`,
  );
  print(bold('Step'), `  ${code === 0 ? 'green' : 'red'} (exit code ${code})`);
}

/** The log as a workflow run shows it: groups closed, no masks. @param {string} log */
function foldGroups(log) {
  const lines = log
    .trimEnd()
    .split('\n')
    .filter(line => !line.startsWith('::add-mask::'));
  /** @type {string[]} */
  const shown = [];
  let isInGroup = false;
  for (const line of lines) {
    if (line.startsWith('::group::')) shown.push(`  ▸ ${line.slice('::group::'.length)}`);
    else if (line.startsWith('::error::')) shown.push(`  Error: ${line.slice('::error::'.length)}`);
    else if (!isInGroup && !line.startsWith('::')) shown.push(`  ${line}`);
    if (line.startsWith('::group::')) isInGroup = true;
    if (line === '::endgroup::') isInGroup = false;
  }
  return [bold('Log'), ...shown];
}

/** A summary without its markup; tables are folded. @param {string} summary @returns {string[]} */
function plainText(summary) {
  return summary
    .replace(/<details[^>]*><summary>(.*?)<\/summary>[\s\S]*?<\/details>/g, '▸ $1')
    .replace(/<[^>]+>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .trim()
    .replace(/\n{2,}/g, '\n')
    .split('\n');
}
