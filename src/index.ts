import { systemClock } from './clock.js';
import { main } from './main.js';

// Whatever goes wrong from here on, the step is not green.
process.exitCode = 1;

// Cancelled by the runner, or ended by an error that has escaped: the run ends in the same way.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort());
process.on('uncaughtException', error => stop.abort(error));
process.on('unhandledRejection', error => stop.abort(error));
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
