import { main } from './main.js';

// Whatever goes wrong from here on, the step is not green.
process.exitCode = 1;

const cancellation = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => cancellation.abort());

const crashed = new Promise<never>((_resolve, reject) => {
  process.on('uncaughtException', reject);
  process.on('unhandledRejection', reject);
  // Nothing is left to wait for, and main() has not come to its end.
  process.on('beforeExit', () => reject(new Error('The run came to a standstill')));
});

main(cancellation.signal, crashed).then(
  isGreen => exit(isGreen ? 0 : 1),
  () => exit(1, '::error::Unexpected error: a defect in this action.\n'),
);

/** Ends the process, also while a connection is half-open, but not before all that was printed is out. */
function exit(code: number, lastWords = ''): void {
  process.stdout.write(lastWords, () => process.exit(code));
}
