import { Deadline } from '../../src/deadline.js';
import { Client, type ClientSettings } from '../../src/portal/client.js';
import { connectPortal } from '../../src/portal/portal.js';
import { type Printable, redactor, say } from '../../src/text.js';
import { KEY } from '../support/action.js';
import { theClock } from '../support/clock.js';

export interface Connection {
  client: Client;
  deadline: Deadline;
  /** What it had to say about attempts that were repeated. */
  notes: Printable[];
}

export interface Options extends Partial<ClientSettings> {
  seconds?: number;
  stop?: AbortSignal;
}

/** The settings with which the tests of this folder talk to a portal. */
export function settingsFor(url: string): ClientSettings {
  return {
    portalUrl: new URL(url),
    host: say`portal.example`,
    authorization: `Bearer ${KEY}`,
    redact: redactor([KEY]),
    retries: 0,
  };
}

/** A client of the portal at this URL, by the clock of the test. */
export function connect(url: string, options: Options = {}): Connection {
  const { seconds = 300, stop = new AbortController().signal, ...settings } = options;
  const deadline = new Deadline(seconds, stop, theClock());
  const notes: Printable[] = [];
  const client = new Client({ ...settingsFor(url), ...settings }, deadline, theClock(), line =>
    notes.push(line),
  );
  return { client, deadline, notes };
}

/** The calls of the API at this URL. */
export function callsOf(
  url: string,
  { dump, isApiKey = true, ...options }: Options & { dump?: boolean; isApiKey?: boolean } = {},
) {
  const connection = connect(url, options);
  const { client, deadline } = connection;
  return {
    ...connection,
    portal: connectPortal(client, deadline, { dump, isApiKey, redact: redactor([KEY]) }),
  };
}

/** What a promise is rejected with, by the clock of the test. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await theClock().runToEnd(promise);
  } catch (error) {
    return error;
  }
  throw new Error('Nothing has failed');
}

/** What a promise gives, by the clock of the test. */
export function resultOf<T>(promise: Promise<T>): Promise<T> {
  return theClock().runToEnd(promise);
}
