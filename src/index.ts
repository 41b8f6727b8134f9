import { systemClock } from './clock.js';
import { CANCELLED, main } from './main.js';

// Whatever goes wrong from here on, the step is not green.
process.exitCode = 1;

// Cancelled by the runner, or ended by an error that has escaped: the run ends in the same way, as deadline.ts (`GRACE_MS`)
// and main.ts (`overrun`) have it.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort(CANCELLED));
// Without a reason, `abort` would make one up.
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, error => stop.abort(error ?? new Error('Nothing was thrown')));
}
// Nothing is left to wait for, and main() has not come to its end.
process.on('beforeExit', () => stop.abort(new Error('The run came to a standstill')));

main(systemClock, stop.signal).then(
  isGreen => exit(isGreen ? 0 : 1),
  () => exit(1, '::error::Unexpected error: a defect in this action.\n'),
);

/** Ends the process, also while a connection is half-open, but not before all that was printed is out. */
function exit(code: number, lastWords = ''): void {
  process.stdout.write(lastWords, () => process.exit(code));
}
