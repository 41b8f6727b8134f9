// Of the toolkit's core only its commands: the rest of it (summary, OIDC, platform) would be a sixth of the bundle, and
// take longer to load than this whole action. Nobody else imports it.
import { issueCommand } from '@actions/core/lib/command';
import * as fs from 'fs';
import type { Printable } from './text.js';

/** The value of an input, without white space around it; empty where it is not set. */
export function readInput(name: string): string {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

/** Lets the runner blank out a secret in all that the job prints from now on. */
export function mask(secret: string): void {
  issueCommand('add-mask', {}, secret);
}

/** An annotation of the step, or a line that is shown with debug logging alone. */
export function annotate(kind: 'error' | 'warning' | 'debug', message: string): void {
  issueCommand(kind, {}, message);
}

/** Lines under a title, folded. */
export function printGroup(title: Printable, lines: string): void {
  issueCommand('group', {}, title);
  print(lines);
  issueCommand('endgroup', {}, '');
}

/** Lines of the log. None of them may begin like a command: none that this action prints begins with `::` or `##`. */
export function print(lines: string): void {
  process.stdout.write(`${lines}\n`);
}

/**
 * Adds to a file that the runner reads, which is made if need be.
 * @throws what `fs` throws, and for a pipe: one that nobody reads would hold up the whole process, at the end of its time
 * too
 */
export function appendToFile(file: string, content: string): void {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFIFO()) throw new Error('A pipe');
  fs.appendFileSync(file, content);
}
