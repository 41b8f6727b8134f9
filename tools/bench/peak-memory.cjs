// Preloaded into the action: writes its peak memory in KiB to the file that BENCH_PEAK_FILE names. Linux only.

const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  const [, peak = ''] = /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  writeFileSync(process.env['BENCH_PEAK_FILE'] ?? '', peak);
});
