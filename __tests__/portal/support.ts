import { Deadline } from '../../src/deadline.js';
import type { Answer } from '../../src/portal/answers/answer.js';
import { NoResponseError } from '../../src/portal/answers/outcomes.js';
import { createPortal } from '../../src/portal/api.js';
import { Client, type ClientSettings, type SendResult } from '../../src/portal/http/client.js';
import { createRedact, type Printable, text } from '../../src/text/printable.js';
import { TimeBudget } from '../../src/time-budget.js';
import { KEY } from '../support/action.js';
import { theClock } from '../support/clock.js';

export interface Connection {
  client: Client;
  budget: TimeBudget;
  /** The lines that the client logged. */
  notes: Printable[];
}

export interface Options extends Partial<ClientSettings> {
  seconds?: number;
  stop?: AbortSignal;
}

/** The settings that the tests of this folder use for a portal. */
export function settingsFor(url: string): ClientSettings {
  return {
    portalUrl: new URL(url),
    host: text`portal.example`,
    authorization: `Bearer ${KEY}`,
    redact: createRedact([KEY]),
    retries: 0,
  };
}

function createConnection(url: string, options: Options): Connection & { deadline: Deadline } {
  const { seconds = 300, stop = new AbortController().signal, ...settings } = options;
  const deadline = new Deadline(seconds, stop, theClock());
  const budget = new TimeBudget(deadline);
  const notes: Printable[] = [];
  const client = new Client({ ...settingsFor(url), ...settings }, deadline, budget, theClock(), line =>
    notes.push(line),
  );
  return { client, deadline, budget, notes };
}

/** Creates a client of the portal at this URL. It uses the clock of the test. */
export function connect(url: string, options: Options = {}): Connection {
  return createConnection(url, options);
}

/** Connects the calls of the API to the portal at this URL. */
export function connectApi(
  url: string,
  { dump, isApiKey = true, ...options }: Options & { dump?: boolean; isApiKey?: boolean } = {},
) {
  const { client, deadline, budget } = createConnection(url, options);
  const settings = { dump, isApiKey, redact: createRedact([KEY]) };
  return { portal: createPortal(client, deadline, budget, settings), budget };
}

/** Runs the clock of the test until a promise is rejected. Returns the error. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await theClock().runToEnd(promise);
  } catch (error) {
    return error;
  }
  throw new Error('Nothing failed');
}

/** Runs the clock of the test until a promise is fulfilled. */
export function resultOf<T>(promise: Promise<T>): Promise<T> {
  return theClock().runToEnd(promise);
}

/** Runs the clock of the test until a request has ended, with an answer. */
export async function answerOf(sent: Promise<SendResult>): Promise<Answer> {
  const { result } = await resultOf(sent);
  if (result instanceof NoResponseError) throw result;
  return result;
}

/** Runs the clock of the test until a request has ended, without an answer. */
export async function noAnswerOf(sent: Promise<SendResult>): Promise<NoResponseError> {
  const { result } = await resultOf(sent);
  if (result instanceof NoResponseError) return result;
  throw new Error(`It was answered: HTTP ${result.status}`);
}
