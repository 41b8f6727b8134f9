import type { Printable } from '../../text/printable.js';
import type { BodyForm } from './body-form.js';

/** What the portal, or something in front of it, answered. */
export interface Answer {
  /** The request, for messages: `GET /api/2.0/backup/getbackupschedule on portal.example`. */
  where: Printable;
  status: number;
  contentType: string;
  /** What its `Location` means, if the status is a redirect. */
  redirect: Printable;
  /** How long the answer asks to wait, in milliseconds; never 0. */
  waitMs: number | undefined;
  /** The limit that a 429 names in `X-RateLimit-Limit`. */
  rateLimit: number | undefined;
  form: BodyForm;
  /** Empty also if it could not be read. */
  body: string;
  /** Why the body could not be read; `undefined`: it could. */
  bodyProblem?: Printable;
  /** From the request to the end of the body, in milliseconds. */
  tookMs: number;
}
