// Loaded with --require before a program: takes down when it reaches what, and writes it to the file BENCH_TRACE
// when it ends. It reads the clock alone, and its own start is left out.

// Not `performance`, which Node loads when it is first looked at.
const now = () => Number(process.hrtime.bigint()) / 1e6;
const begin = now();
const channels = require('node:diagnostics_channel');
const fs = require('node:fs');
const { isBuiltin, Module } = require('node:module');

/** How long the first load of each part of Node took, in milliseconds. @type {Record<string, number>} */
const loads = {};
/** When something was first reached, in milliseconds. @type {import('./report.mjs').Trace['marks']} */
const marks = {};

/** What stands in for a part of Node already, and what it stands in for. */
const watched = new Set();

/** @param {import('./report.mjs').Mark} name */
function mark(name) {
  marks[name] ??= now();
}

/** @template T @param {string} name @param {() => T} load @returns {T} */
function timed(name, load) {
  const start = now();
  const loaded = load();
  loads[name] ??= now() - start;
  return loaded;
}

const originalRequire = Module.prototype.require;
Module.prototype.require = function (/** @type {string} */ id) {
  const name = id.replace('node:', '');
  const load = () => originalRequire.call(this, id);
  const loaded = isBuiltin(id) ? timed(name, load) : load();
  if (name === 'https') watchRequest(loaded);
  return loaded;
};

/** Reading the certificate authorities is part of the request, and over before Node reports one. @param {typeof import('node:https')} https */
function watchRequest(https) {
  const { request } = https;
  if (watched.has(request)) return;
  watched.add(request);
  https.request = new Proxy(request, {
    apply(target, self, all) {
      mark('request');
      return Reflect.apply(target, self, all);
    },
  });
  watched.add(https.request);
}

// Two parts that are loaded when they are first looked at.
const { get: getStdout } = Object.getOwnPropertyDescriptor(process, 'stdout') ?? {};
const { get: getPromises } = Object.getOwnPropertyDescriptor(fs, 'promises') ?? {};
if (!getStdout || !getPromises) throw new Error('This Node is built in another way');
Object.defineProperty(process, 'stdout', {
  get: () => timed('process.stdout', () => getStdout.call(process)),
});
Object.defineProperty(fs, 'promises', {
  get: () => timed('fs/promises', () => getPromises.call(fs)),
});

// The outputs are written one by one, the summary as a whole.
const { GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, BENCH_TRACE = '' } = process.env;
const { existsSync, appendFileSync } = fs;
fs.existsSync = path => {
  if (path === GITHUB_OUTPUT) mark('outputs');
  return existsSync(path);
};
fs.appendFileSync = (...all) => {
  const isSummary = all[0] === GITHUB_STEP_SUMMARY;
  if (isSummary) mark('summary');
  appendFileSync(...all);
  // The last one counts.
  marks[isSummary ? 'summaryDone' : 'outputsDone'] = now();
};

// The connection is being made: all that is before it is work of this process.
channels.subscribe('http.client.request.created', () => mark('connecting'));
channels.subscribe('http.client.response.finish', () => mark('answer'));

process.on('exit', () => {
  mark('exit');
  const origin = now() - process.uptime() * 1000;
  fs.writeFileSync(BENCH_TRACE, JSON.stringify({ origin, begin, ready, loads, marks }));
});
const ready = now();
