import { systemClock } from './clock.js';
import { CANCELLED, main } from './main.js';

// The step fails unless `main` reports success.
process.exitCode = 1;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']) {
  process.on(signal, () => stop.abort(CANCELLED));
}
// tools/start.mjs cancels the action by a message, or dies.
for (const event of ['message', 'disconnect']) process.on(event, () => stop.abort(CANCELLED));
// That channel would keep the process alive, so that `beforeExit` would never fire.
process.channel?.unref();
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, error => stop.abort(error ?? new Error('Nothing was thrown')));
}
// Nothing is left to wait for, and `main` has not ended.
process.on('beforeExit', () => stop.abort(new Error('The run came to a standstill')));

main(systemClock, stop.signal).then(
  isSuccess => exit(isSuccess ? 0 : 1),
  () => exit(1, '::error::Unexpected error: a defect in this action.\n'),
);

/** Ends the process even if a connection is half-open, but only after everything printed has left it. */
function exit(code: number, lastLine = ''): void {
  process.stdout.write(lastLine, () => process.exit(code));
}
