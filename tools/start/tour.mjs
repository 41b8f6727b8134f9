// A dry run, a prune and a failure against a stand-in portal on this machine, each shown as a workflow run would show it.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runAction } from '../runner.mjs';
import { bold, dim, outputLines, parseLine, print, showPortal } from './print.mjs';
import { STAND_IN_KEY, startStandIn } from './stand-in.mjs';

/** @typedef {import('../runner.mjs').RunResult} RunResult */

/** @param {AbortSignal} cancelled @returns {Promise<number>} the exit code: 0 if each run ended as expected */
export async function tour(cancelled) {
  const portal = await startStandIn();
  const folder = mkdtempSync(join(tmpdir(), 'docspace-backup-cleanup-'));
  const prune = { operation: 'prune-history', 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '12' };
  const steps = [
    { title: 'First a dry run', inputs: { ...prune, 'dry-run': 'true' }, succeeds: true },
    { title: 'Then for real', inputs: prune, succeeds: true },
    {
      title: 'Last, a run that must fail: the key may only read',
      inputs: { operation: 'delete-history' },
      succeeds: false,
    },
  ];
  let code = 0;
  for (const [index, { title, inputs, succeeds }] of steps.entries()) {
    portal.state.options.scopes = succeeds ? [] : ['*:read'];
    const before = portal.state.requests.length;
    const all = { 'portal-url': portal.url, token: STAND_IN_KEY, ...inputs };
    const result = await runAction(all, { cancelled, env: { RUNNER_TEMP: folder } });
    show(title, inputs, result, join(folder, `summary-${index + 1}.html`));
    showPortal(portal.state.requests.slice(before).map(({ method, path }) => `${method} ${path}`));
    if ((result.code === 0) !== succeeds) code = 1;
    if (cancelled.aborted) break;
  }
  await portal.close();
  if (cancelled.aborted) return 1;
  print('', 'Now with your portal: node tools/start.mjs --help');
  return code;
}

/** @param {string} title @param {Record<string, string>} inputs @param {RunResult} result @param {string} page */
function show(title, inputs, { code, log, outputs, summary }, page) {
  const step = Object.entries(inputs).map(([name, value]) => `${name}: ${value}`);
  const head = '<!doctype html><meta charset="utf-8"><body style="font: 14px sans-serif">';
  writeFileSync(page, `${head}\n${summary}`);
  print('', bold(`━━ ${title} `.padEnd(80, '━')), dim(step.join('   ')), '', ...foldGroups(log), '');
  const lines = [...plainText(summary), dim(pathToFileURL(page).href)].map(line => `  ${line}`);
  print(...outputLines(outputs, ['report-file']), bold('Job summary'), ...lines);
  print(bold('Step'), `  ${code === 0 ? 'succeeded' : 'failed'} (exit code ${code})`);
}

/** The log as a workflow run shows it: groups closed, no masks. @param {string} log */
function foldGroups(log) {
  const shown = [bold('Log')];
  let isInGroup = false;
  for (const line of log.trimEnd().split('\n')) {
    const { command, text } = parseLine(line);
    if (command === 'group') shown.push(`  ▸ ${text}`);
    if (command === 'warning') shown.push(`  Warning: ${text}`);
    if (command === 'error') shown.push(`  Error: ${text}`);
    if (command === 'group' || command === 'endgroup') isInGroup = command === 'group';
    if (command === '' && !isInGroup) shown.push(`  ${line}`);
  }
  return shown;
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
