// What the portal's answers mean: the table of the specification, told once more.

import { type Listed, readRecord } from './planner.js';
import type { Answer, Exchange } from './traffic.js';

/** `unclear`: the specification does not say. No check depends on it. */
export type Meaning =
  | 'confirmed'
  | 'rejected at the file'
  | 'rejected on the way'
  | 'ends the run'
  | 'rate limit'
  | 'not received'
  | 'may go on'
  | 'unclear';

const NOT_RECEIVED = [503, 521, 523, 530];
const MAY_GO_ON = [408, 502, 504, 520, 522, 524];

export function meaningOf({ answer, call }: Exchange): Meaning {
  if (!answer) return 'may go on';
  const { status } = answer;
  if (answer.isBotCheck) return 'ends the run';
  if (status === 429) return 'rate limit';
  if (NOT_RECEIVED.includes(status)) return 'not received';
  if (MAY_GO_ON.includes(status)) return 'may go on';
  if (status === 401 || status === 402 || (status >= 300 && status < 400)) return 'ends the run';
  if (!answer.isWhole) return 'unclear';
  const form = formOf(answer);
  if (status < 300) {
    return envelopeOf(answer)?.response === true
      ? 'confirmed'
      : status < 200
        ? 'unclear'
        : 'rejected on the way';
  }
  if (status === 404 && form === 'error form') return call === 'delete' ? 'confirmed' : 'unclear';
  if ([400, 403, 500].includes(status) && form === 'error form') return 'rejected at the file';
  if (status >= 500) return form === 'error form' ? 'unclear' : 'may go on';
  if (status === 400) return form === 'HTML' ? 'rejected on the way' : 'unclear';
  if (status === 403) {
    if (form === 'HTML') return 'rejected on the way';
    return ['empty', 'text', 'problem'].includes(form) ? 'ends the run' : 'unclear';
  }
  if (status === 404) {
    if (form === 'empty' || form === 'HTML') return 'rejected on the way';
    return form === 'problem' ? 'ends the run' : 'unclear';
  }
  return 'rejected on the way';
}

function formOf(answer: Answer): 'empty' | 'HTML' | 'text' | 'error form' | 'problem' | 'other' {
  const { body, status } = answer;
  if (body === '') return 'empty';
  if (/^\s*</.test(body)) return 'HTML';
  if (/^"/.test(body)) return 'text';
  const fields = read(answer);
  if (!fields) return 'other';
  const isErrorForm =
    typeof fields['error'] === 'object' && fields['status'] === 1 && fields['statusCode'] === status;
  if (isErrorForm) return 'error form';
  return 'title' in fields && !('error' in fields) ? 'problem' : 'other';
}

function read({ body }: Answer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The `response` of an envelope that does not contradict itself. */
function envelopeOf(answer: Answer): { response: unknown } | undefined {
  const fields = read(answer);
  if (answer.status !== 200 || fields?.['status'] !== 0 || 'error' in fields) return undefined;
  const { response, count, total, statusCode } = fields;
  if (statusCode !== undefined && statusCode !== 200) return undefined;
  if (response === undefined && statusCode !== 200) return undefined;
  if (Array.isArray(response)) {
    if (count !== undefined && count !== response.length) return undefined;
    if (typeof total === 'number' && total > response.length) return undefined;
  }
  return { response };
}

export function isUnanswered(exchange: Exchange): boolean {
  const meaning = meaningOf(exchange);
  return meaning === 'not received' || meaning === 'may go on';
}

/** Whether it was not answered for good: it is sent again, as often as the rules allow. */
export function isSentAgain(exchange: Exchange): boolean {
  return isUnanswered(exchange) || meaningOf(exchange) === 'rate limit';
}

/** What all attempts come to. `rate limit`: the portal refused the last one. */
export function outcomeOf(exchanges: readonly Exchange[]): Meaning | 'never answered' {
  const meanings = exchanges.map(meaningOf);
  if (meanings.at(-1) === 'rate limit') return 'rate limit';
  const answered = exchanges.filter(exchange => !isSentAgain(exchange));
  const last = answered.at(-1);
  return last ? meaningOf(last) : 'never answered';
}

/** What a list holds; `undefined`: it cannot be read. */
export function listIn({ answer }: Exchange): Listed[] | undefined {
  const response = answer && envelopeOf(answer)?.response;
  return Array.isArray(response) ? response.map(readRecord) : undefined;
}

export function rawListIn({ answer }: Exchange): unknown[] {
  const response = answer && envelopeOf(answer)?.response;
  return Array.isArray(response) ? response : [];
}

export function scheduleIn({ answer }: Exchange): 'none' | 'one' | 'unknown' {
  const envelope = answer && envelopeOf(answer);
  if (!envelope) return 'unknown';
  if (envelope.response === undefined || envelope.response === null) return 'none';
  return typeof envelope.response === 'object' && !Array.isArray(envelope.response) ? 'one' : 'unknown';
}
