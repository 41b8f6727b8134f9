import { describe, expect, test } from '@jest/globals';
import type { IdentifiedRecord, StorageType } from '../../../src/backups/backup.js';
import { createQueues, type Step, StorageQueue } from '../../../src/operations/deletion/storage-queue.js';
import type { DeleteOutcome, OutcomeKind } from '../../../src/portal/answers/outcomes.js';
import { text } from '../../../src/text/printable.js';
import { backupAt } from '../../support/backups.js';
import { failed } from '../../support/outcomes.js';
import { range } from '../support.js';

const OVERDUE_AFTER_MS = 15_000;

/** How a deletion ends; `not-sent`: the request never started. */
type End = OutcomeKind | 'not-sent';

function outcomeOf(kind: End): DeleteOutcome | undefined {
  if (kind === 'not-sent') return undefined;
  if (kind === 'confirmed') return { kind };
  return failed(kind, kind === 'unanswered');
}

function recordOf(number: number, storageType?: StorageType): IdentifiedRecord {
  const backup = backupAt(1_000_000 - number, number);
  if (storageType) return { ...backup, storageType };
  return { ...backup, kind: 'unreadable', storageType: undefined, problem: text`unknown storage type` };
}

function numberOf({ id }: IdentifiedRecord): number {
  return Number(id.slice(-12));
}

/** A storage with backups that have numbers. The greatest number is the oldest. Time passes only where a test says so. */
class Run {
  now = 0;
  secondAttemptsInTime = 8;
  readonly storage: StorageQueue;
  private readonly tried = new Set<number>();

  constructor(private readonly backups: number) {
    this.storage = new StorageQueue(
      'Local',
      range(backups, 1).map(number => recordOf(number, 'Local')),
    );
  }

  get untried(): number {
    return this.backups - this.tried.size;
  }

  private get next(): Step {
    return this.storage.next(this.now, this.secondAttemptsInTime);
  }

  /** The next step in words: `first 5`, `second 5`, `last 5`, `rest 2000`, `wait 15000`, `list` or `done`. */
  get step(): string {
    const { next } = this;
    if (next.kind === 'delete') return `${next.attempt} ${numberOf(next.record)}`;
    return 'ms' in next ? `${next.kind} ${next.ms}` : next.kind;
  }

  /** Starts the deletion that is next. @returns its number */
  start(isSent = true): number {
    const { next } = this;
    if (next.kind !== 'delete') throw new Error(`The next step is ${this.step}`);
    this.storage.recordStart(next.record, next.attempt);
    if (isSent) this.sendNow(numberOf(next.record));
    return numberOf(next.record);
  }

  /** Starts deletions until something else is next. @returns their numbers */
  startAll(): number[] {
    const started: number[] = [];
    while (this.next.kind === 'delete') started.push(this.start());
    return started;
  }

  private sendNow(number: number): void {
    this.tried.add(number);
    this.storage.recordSent(recordOf(number, 'Local').id, this.now + OVERDUE_AFTER_MS);
  }

  isStillWanted(number: number): boolean {
    return this.storage.isStillWanted(recordOf(number, 'Local').id, this.now);
  }

  /** Sends a deletion that the rate limit turns away. */
  turnAway(number: number): void {
    this.sendNow(number);
    this.storage.recordRateLimited(recordOf(number, 'Local').id);
  }

  end(number: number, kind: End): void {
    const record = recordOf(number, 'Local');
    if (kind !== 'not-sent') this.sendNow(number);
    this.storage.recordOutcome(record, outcomeOf(kind), this.now);
  }

  /** Starts the deletion that is next, and ends it. @returns what was started, in words */
  send(kind: End): string {
    const { step } = this;
    this.end(this.start(kind !== 'not-sent'), kind);
    return step;
  }

  /** Sends the next deletions one after the other. */
  sendEach(times: number, kind: End): void {
    for (let sent = 0; sent < times; sent++) this.send(kind);
  }

  /** Lets the rest pass that is next. @returns how long it was, in milliseconds */
  rest(): number {
    const { next } = this;
    if (next.kind !== 'rest') throw new Error(`The next step is ${this.step}`);
    this.now += next.ms;
    return next.ms;
  }

  /** Records a listing that lacks these backups. */
  list(...gone: number[]): void {
    expect(this.step).toBe('list');
    const listed = range(200, 1).filter(number => !gone.includes(number));
    this.storage.recordListing(new Set(listed.map(number => recordOf(number, 'Local').id)));
  }

  /** Rejects the next backup in both attempts. */
  rejectTwice(): void {
    this.send('rejected-by-portal');
    if (this.next.kind === 'rest') this.rest();
    this.send('rejected-by-portal');
  }

  /** Confirms a probe, so that eight deletions run at once. */
  confirmProbe(): this {
    this.send('confirmed');
    return this;
  }

  /** Shows by a listing that the first backup keeps its record although its file cannot be deleted. */
  findHarmless(): this {
    this.rejectTwice();
    this.list();
    return this;
  }
}

describe('probing', () => {
  test('starts with the oldest backup, alone', () => {
    const run = new Run(3);
    expect(run.step).toBe('first 3');
    expect(run.startAll()).toEqual([3]);
    expect(run.step).toBe('wait 15000');
  });

  test('ends with a confirmation: then eight run at once', () => {
    const run = new Run(20).confirmProbe();
    expect(run.startAll()).toEqual(range(19, 12));
    run.end(15, 'confirmed');
    expect(run.startAll()).toEqual([11]);
  });

  test.each<End>(['unanswered', 'not-received', 'rejected-on-the-way', 'rejected-for-all'])(
    'goes on with the next backup, alone, after "%s"',
    kind => {
      const run = new Run(4);
      expect(run.send(kind)).toBe('first 4');
      expect(run.startAll()).toEqual([3]);
      run.end(3, kind);
      expect(run.startAll()).toEqual([2]);
      run.end(2, 'confirmed');
      expect(run.startAll()).toEqual([1]);
    },
  );

  test('goes on with the next backup as soon as the probe is overdue', () => {
    const run = new Run(20);
    run.start();
    run.now = 14_999;
    expect(run.step).toBe('wait 1');
    run.now = 15_000;
    expect(run.startAll()).toEqual([19]);
    run.end(19, 'confirmed');
    // The overdue probe does not count.
    expect(run.startAll()).toEqual(range(18, 11));
  });

  test('ends with the late confirmation of an overdue probe', () => {
    const run = new Run(20);
    run.start();
    run.now = 15_000;
    run.start();
    run.end(20, 'confirmed');
    expect(run.startAll()).toEqual(range(18, 12));
  });

  test('waits for the running deletion that is overdue first', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    run.end(19, 'confirmed');
    run.now = 4_000;
    run.start();
    expect(run.step).toBe('wait 11000');
  });
});

describe('a deletion that waits for the rate limit', () => {
  const waiting = recordOf(3, 'Local');

  test('is overdue only from a time after it was sent', () => {
    const run = new Run(3);
    run.start(false);
    run.now = 60_000;
    expect(run.step).toBe('wait Infinity');
    run.storage.recordSent(waiting.id, 75_000);
    expect(run.step).toBe('wait 15000');
    run.now = 75_000;
    expect(run.step).toBe('first 2');
  });

  test('is overdue after its first attempt, whatever the repeated ones take', () => {
    const run = new Run(3);
    run.start(false);
    run.storage.recordSent(waiting.id, 15_000);
    run.now = 10_000;
    run.storage.recordSent(waiting.id, 25_000);
    expect(run.step).toBe('wait 5000');
  });

  test('goes back to the queue if it is not sent', () => {
    const run = new Run(3);
    expect(run.send('not-sent')).toBe('first 3');
    expect(run.step).toBe('first 3');
    expect(run.untried).toBe(3);
  });

  test.each([false, true])('is held back after a rejection; turned away before: %s', isTurnedAway => {
    const run = new Run(20).confirmProbe();
    for (let number = 19; number >= 12; number--) expect(run.start(false)).toBe(number);
    if (isTurnedAway) run.turnAway(18);
    expect(run.isStillWanted(18)).toBe(true);
    run.end(19, 'rejected-by-portal');
    expect(run.isStillWanted(18)).toBe(false);
    for (const number of range(18, 12)) run.end(number, 'not-sent');
    run.rest();
    expect(run.send('confirmed')).toBe('second 19');
    expect(run.startAll()).toEqual([18]);
    expect(run.isStillWanted(18)).toBe(true);
  });

  test('is held back while a listing is due, and in a storage that was given up', () => {
    const run = new Run(5);
    run.start();
    run.now = 15_000;
    expect(run.start(false)).toBe(4);
    run.end(5, 'rejected-by-portal');
    run.now = 15_001;
    expect(run.isStillWanted(4)).toBe(false);
    run.end(4, 'not-sent');
    run.rest();
    run.send('rejected-by-portal');
    run.list();
    expect(run.start(false)).toBe(4);
    expect(run.isStillWanted(4)).toBe(true);
    run.storage.stopTryingNew();
    expect(run.isStillWanted(4)).toBe(false);
  });

  test.each(['second', 'last'] as const)('is held back if it is a %s attempt', attempt => {
    const run = new Run(3);
    // It is overdue, so the others do not wait for it.
    run.start();
    run.now = 15_000;
    run.send(attempt === 'second' ? 'rejected-by-portal' : 'not-received');
    if (attempt === 'second') run.rest();
    else {
      run.send('not-received');
      run.storage.startLastAttempts();
    }
    expect(run.step).toBe(`${attempt} 2`);
    run.start(false);
    expect(run.isStillWanted(2)).toBe(true);
    run.end(3, 'rejected-by-portal');
    expect(run.isStillWanted(2)).toBe(false);
    run.end(2, 'not-sent');
    run.rest();
    const steps: string[] = [];
    while (run.step.startsWith('second') || run.step.startsWith('last')) steps.push(run.send('confirmed'));
    expect(steps.toSorted()).toEqual(
      attempt === 'second' ? ['second 2', 'second 3'] : ['last 1', 'last 2', 'second 3'],
    );
  });

  test('is not held back once the portal may have got it', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    run.turnAway(18);
    run.end(19, 'rejected-by-portal');
    expect(run.isStillWanted(18)).toBe(true);
  });

  test('is not held back if it is a repeat of a hung one', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    run.end(18, 'unanswered');
    run.storage.recordRepeat(recordOf(18, 'Local').id);
    run.end(19, 'rejected-by-portal');
    expect(run.isStillWanted(18)).toBe(true);
  });
});

describe('a backup that is repeated because it hung', () => {
  test('gets no second attempt once a repeat is confirmed', () => {
    const run = new Run(3).confirmProbe();
    expect(run.startAll()).toEqual([2, 1]);
    run.end(2, 'unanswered');
    run.end(1, 'confirmed');
    const { id } = recordOf(2, 'Local');
    run.storage.recordRepeat(id);
    run.end(2, 'rejected-by-portal');
    expect(run.step).toBe('rest 2000');
    run.storage.recordRepeat(id);
    run.end(2, 'confirmed');
    expect(run.step).toBe('done');
  });
});

test('a backup that a listing lacks gets a last attempt, although it ended after that, in a storage that was given up', () => {
  const run = new Run(6);
  run.start();
  run.now = 15_000;
  run.sendEach(3, 'not-received');
  run.list(6, 5);
  expect(run.storage.gaveUpBecause).toBe('records-lost');
  run.end(6, 'not-received');
  run.storage.startLastAttempts();
  expect([run.send('confirmed'), run.send('confirmed')].toSorted()).toEqual(['last 5', 'last 6']);
});

describe('the end', () => {
  test('comes when no backup is left and none is running', () => {
    const run = new Run(1);
    run.start();
    expect(run.step).toBe('wait 15000');
    run.end(1, 'confirmed');
    expect(run.step).toBe('done');
    expect(run.storage.gaveUpBecause).toBeUndefined();
    expect(run.untried).toBe(0);
  });

  test('does not wait for overdue deletions', () => {
    const run = new Run(1);
    run.start();
    run.now = 15_000;
    expect(run.step).toBe('done');
  });

  test('is taken back when an overdue deletion is rejected late', () => {
    const run = new Run(1);
    run.start();
    run.now = 20_000;
    run.end(1, 'rejected-by-portal');
    expect(run.step).toBe('rest 2000');
    run.rest();
    expect(run.send('confirmed')).toBe('second 1');
    expect(run.step).toBe('done');
  });

  test('comes at once without backups', () => {
    expect(new StorageQueue('Local', []).next(0, 8)).toEqual({ kind: 'done' });
  });
});

describe('a rejection at the file', () => {
  test('lets no new deletion start until the running ones have ended', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    run.end(19, 'rejected-by-portal');
    for (const number of range(18, 12)) {
      expect(run.step).toBe('wait 15000');
      run.end(number, 'rejected-by-portal');
    }
    expect(run.step).toBe('rest 2000');
  });

  test('waits no longer than until the running ones are overdue', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    run.now = 5_000;
    run.end(19, 'rejected-by-portal');
    expect(run.step).toBe('wait 10000');
    run.now = 15_000;
    expect(run.startAll()).toEqual([19]);
  });

  test('is followed by second attempts, one at a time, in the order of the rejections', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    for (const number of [17, 19, 18]) run.end(number, 'rejected-by-portal');
    for (const number of range(16, 12)) run.end(number, 'rejected-on-the-way');
    run.rest();
    expect(run.startAll()).toEqual([17]);
    expect(run.step).toBe('wait 15000');
    run.end(17, 'confirmed');
    expect(run.startAll()).toEqual([19]);
    run.end(19, 'confirmed');
    expect(run.startAll()).toEqual([18]);
    run.end(18, 'confirmed');
    expect(run.startAll()).toEqual([11]);
  });

  test('pauses before the second attempt also when a deletion beside it succeeds later', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    run.end(19, 'rejected-by-portal');
    run.now = 100;
    for (const number of range(18, 12)) run.end(number, 'confirmed');
    expect(run.step).toBe('rest 1900');
  });

  test('is followed by pauses of 2, 4, 8, 16, 30 and 30 s before the second attempts', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    for (const number of range(19, 12)) run.end(number, 'rejected-by-portal');
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      // The pauses go on in a storage that loses records.
      if (run.step === 'list') run.list(19);
      pauses.push(run.rest());
      run.send('rejected-by-portal');
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('is followed by a pause of 2 s again after a second attempt succeeds', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    for (const number of range(19, 12)) run.end(number, 'rejected-by-portal');
    run.rest();
    run.send('rejected-by-portal');
    // Because of a backup that was rejected once and is not listed, the pauses go on.
    run.list(12);
    expect(run.rest()).toBe(4_000);
    expect(run.send('confirmed')).toBe('second 18');
    // No pause follows a success.
    expect(run.send('rejected-by-portal')).toBe('second 17');
    expect(run.rest()).toBe(4_000);
  });

  test('needs no pause any more when that much time has passed', () => {
    const run = new Run(3);
    run.send('rejected-by-portal');
    run.now = 1_500;
    expect(run.step).toBe('rest 500');
    run.now = 2_000;
    expect(run.send('confirmed')).toBe('second 3');
  });

  test('counts once for each backup, however late it comes', () => {
    const run = new Run(3);
    run.send('rejected-by-portal');
    run.rest();
    run.start();
    run.now += OVERDUE_AFTER_MS;
    // The second attempt is overdue, and the next backup goes on.
    expect(run.send('unanswered')).toBe('first 2');
    run.end(3, 'rejected-by-portal');
    run.list();
    expect(run.step).toBe('first 1');
  });

  test.each<End>(['unanswered', 'not-received', 'rejected-on-the-way'])(
    'whose second attempt ends with "%s" is followed by a listing, and then by the next backup, alone',
    kind => {
      const run = new Run(4).confirmProbe();
      run.send('rejected-by-portal');
      run.rest();
      expect(run.send(kind)).toBe('second 3');
      run.list();
      expect(run.startAll()).toEqual([2]);
    },
  );

  test('whose second attempt is not sent is still the next one', () => {
    const run = new Run(3).confirmProbe();
    run.send('rejected-by-portal');
    run.rest();
    expect(run.send('not-sent')).toBe('second 2');
    expect(run.send('confirmed')).toBe('second 2');
    expect(run.startAll()).toEqual([1]);
  });
});

describe('the slow rise after a rejection', () => {
  /** A storage that has rejected one of eight deletions, and has confirmed it in the second attempt. */
  function slowed(): Run {
    const run = new Run(190).confirmProbe();
    run.startAll();
    run.end(189, 'rejected-by-portal');
    for (const number of range(188, 182)) run.end(number, 'rejected-on-the-way');
    run.rest();
    expect(run.send('confirmed')).toBe('second 189');
    return run;
  }

  /** Confirms this many deletions, as many at once as the storage allows. */
  function confirm(run: Run, number: number): void {
    let running: number[] = [];
    for (let confirmed = 0; confirmed < number; confirmed++) {
      running = [...running, ...run.startAll()];
      const [first] = running.splice(0, 1);
      if (first !== undefined) run.end(first, 'confirmed');
    }
    for (const rest of running) run.end(rest, 'not-sent');
  }

  /** How many deletions run at once now. It uses up the backups it starts. */
  function atOnce(run: Run): number {
    const started = run.startAll();
    for (const number of started) run.end(number, 'not-sent');
    return started.length;
  }

  test('allows one more at once after every 16 successes', () => {
    const run = slowed();
    expect(atOnce(run)).toBe(1);
    // The second attempt was the first success.
    confirm(run, 14);
    expect(atOnce(run)).toBe(1);
    confirm(run, 1);
    expect(atOnce(run)).toBe(2);
    confirm(run, 16);
    expect(atOnce(run)).toBe(3);
  });

  test('never allows more than eight at once', () => {
    const run = slowed();
    confirm(run, 8 * 16);
    expect(atOnce(run)).toBe(8);
  });

  test('begins anew after a refusal of one at a time', () => {
    const run = slowed();
    confirm(run, 14);
    run.send('rejected-by-portal');
    run.rest();
    run.send('confirmed');
    confirm(run, 14);
    expect(atOnce(run)).toBe(1);
    confirm(run, 1);
    expect(atOnce(run)).toBe(2);
  });

  test('ends after a second refusal at more than one at once: it stays at one', () => {
    const run = slowed();
    confirm(run, 15);
    const [first = 0, second = 0] = run.startAll();
    run.end(first, 'rejected-by-portal');
    run.end(second, 'confirmed');
    if (run.step.startsWith('rest')) run.rest();
    expect(run.send('confirmed')).toBe(`second ${first}`);
    confirm(run, 64);
    expect(atOnce(run)).toBe(1);
  });

  test('counts the refusals of one burst as one', () => {
    const run = new Run(190).confirmProbe();
    run.startAll();
    for (const number of range(189, 182)) run.end(number, 'rejected-by-portal');
    run.rest();
    run.sendEach(8, 'confirmed');
    confirm(run, 8);
    expect(atOnce(run)).toBe(2);
  });

  test('follows a probe whose second attempt succeeds', () => {
    const run = new Run(60);
    run.send('rejected-by-portal');
    run.rest();
    run.send('confirmed');
    expect(atOnce(run)).toBe(1);
    confirm(run, 15);
    expect(atOnce(run)).toBe(2);
  });
});

describe('a listing', () => {
  test('follows the first backup that is rejected in both attempts', () => {
    const run = new Run(5);
    run.rejectTwice();
    expect(run.step).toBe('list');
  });

  test('follows the 1st, 3rd, 6th, 12th, 18th and 24th backup that is rejected in both attempts', () => {
    const run = new Run(100);
    const totals: number[] = [];
    let rejected = 0;
    let running: number[] = [];
    const seen = new Set<number>();
    while (totals.length < 6) {
      running = [...running, ...run.startAll()];
      if (run.step === 'list') {
        totals.push(rejected);
        run.list();
      } else if (run.step.startsWith('rest')) {
        run.rest();
      } else {
        const [number = 0] = running.splice(0, 1);
        if (seen.has(number)) rejected++;
        seen.add(number);
        run.end(number, 'rejected-by-portal');
      }
    }
    expect(totals).toEqual([1, 3, 6, 12, 18, 24]);
  });

  test('waits for the running deletions, but not for overdue ones', () => {
    const run = new Run(10);
    run.start();
    run.now = 15_000;
    run.rejectTwice();
    // 10 is still running, and overdue.
    expect(run.step).toBe('list');
    run.list();
    run.startAll();
    run.end(8, 'confirmed');
    for (const number of range(7, 5)) run.end(number, 'rejected-by-portal');
    expect(run.step).toMatch(/^wait/);
  });

  test('comes before the second attempts of others', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    for (const number of range(19, 12)) run.end(number, 'rejected-by-portal');
    run.rest();
    run.send('rejected-by-portal');
    run.list();
    run.sendEach(2, 'rejected-by-portal');
    run.list();
    expect(run.step).toBe('second 16');
  });

  test('is needed after 3 again once a deletion is confirmed', () => {
    const run = new Run(60).findHarmless();
    for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
    // With the one before: 3, then 6.
    run.sendEach(2, 'rejected-by-portal');
    run.list();
    run.sendEach(3, 'rejected-by-portal');
    run.list();
    // Without a confirmation, the next one would come after 12.
    run.send('confirmed');
    run.sendEach(2, 'rejected-by-portal');
    for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
    expect(run.step).toMatch(/^second/);
    run.send('rejected-by-portal');
    expect(run.step).toBe('list');
  });

  test('is needed after 3 when a confirmed deletion is between each of them', () => {
    const run = new Run(60).confirmProbe().findHarmless();
    for (let failed = 2; failed <= 3; failed++) {
      expect(run.step).not.toBe('list');
      run.send('confirmed');
      run.rejectTwice();
    }
    expect(run.step).toBe('list');
  });

  test.each<End>(['unanswered', 'not-received', 'rejected-on-the-way', 'rejected-for-all'])(
    'also counts backups whose second attempt is "%s"',
    kind => {
      const run = new Run(5);
      run.send('rejected-by-portal');
      run.rest();
      run.send(kind);
      run.list(5);
      expect(run.storage.gaveUpBecause).toBe('records-lost');
    },
  );

  test('does not count backups whose second attempt was not sent', () => {
    const run = new Run(5);
    run.send('rejected-by-portal');
    run.rest();
    run.send('not-sent');
    expect(run.step).toBe('second 5');
  });

  test('counts a backup once whose attempts all fail', () => {
    const run = new Run(30).confirmProbe();
    run.send('rejected-by-portal');
    run.rest();
    run.send('unanswered');
    run.list();
    run.end(29, 'rejected-by-portal');
    run.end(29, 'unanswered');
    run.rejectTwice();
    expect(run.step).toBe('first 27');
  });

  test('may lack a backup that a later attempt has deleted', () => {
    const run = new Run(60).confirmProbe();
    run.send('rejected-by-portal');
    run.rest();
    run.send('unanswered');
    // The driver repeats it while all slots are taken.
    run.end(59, 'confirmed');
    run.list(59);
    expect(run.storage.gaveUpBecause).toBeUndefined();
  });
});

describe('a listing that contains all rejected backups', () => {
  test('is followed by eight deletions at once', () => {
    expect(new Run(20).findHarmless().startAll()).toEqual(range(19, 12));
  });

  test('is followed by second attempts without pauses, one at a time', () => {
    const run = new Run(20).findHarmless();
    for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
    expect(run.startAll()).toEqual([19]);
    run.end(19, 'rejected-by-portal');
    expect(run.startAll()).toEqual([18]);
  });

  test('is followed by eight at once also after further rejections', () => {
    const run = new Run(30).findHarmless();
    const [first = 0, ...rest] = run.startAll();
    run.end(first, 'rejected-by-portal');
    for (const number of rest) run.end(number, 'confirmed');
    run.send('confirmed');
    expect(run.startAll()).toEqual(range(21, 14));
  });

  test('ends the slow rise', () => {
    const run = new Run(60).confirmProbe();
    run.startAll();
    for (const number of range(59, 57)) run.end(number, 'rejected-by-portal');
    for (const number of range(56, 52)) run.end(number, 'confirmed');
    run.rest();
    run.send('rejected-by-portal');
    run.list();
    run.sendEach(2, 'rejected-by-portal');
    run.list();
    expect(run.startAll()).toEqual(range(51, 44));
  });

  test('is worth nothing once all of these backups are deleted after all', () => {
    const run = new Run(20).findHarmless();
    run.end(20, 'confirmed');
    run.sendEach(3, 'not-received');
    run.list();
    // A rejection slows down again.
    const [first = 0, ...rest] = run.startAll();
    for (const number of rest) run.end(number, 'confirmed');
    run.end(first, 'rejected-by-portal');
    expect(run.step).toBe('rest 2000');
  });

  test('is worth nothing once a later one lacks a rejected backup', () => {
    const run = new Run(20).findHarmless();
    for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
    run.sendEach(2, 'rejected-by-portal');
    run.list(18);
    expect(run.storage.gaveUpBecause).toBe('records-lost');
    // The second attempts pause again.
    expect(run.step).toMatch(/^rest/);
  });
});

describe('a listing that contains all backups that failed twice', () => {
  test.each<End>(['unanswered', 'not-received', 'rejected-on-the-way'])(
    'does not show that rejections are harmless if a second attempt was "%s"',
    kind => {
      const run = new Run(20).confirmProbe();
      for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
      run.rest();
      run.send(kind);
      run.list();
      run.send('rejected-by-portal');
      expect(run.rest()).toBe(4_000);
      run.sendEach(6, 'confirmed');
      expect(run.startAll()).toEqual([11]);
    },
  );

  test('does not show that rejections are harmless if it lacks one that was rejected once', () => {
    const run = new Run(20).confirmProbe();
    for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
    run.rest();
    run.send('rejected-by-portal');
    run.list(15);
    expect(run.storage.gaveUpBecause).toBeUndefined();
    expect(run.rest()).toBe(4_000);
    run.sendEach(7, 'confirmed');
    expect(run.startAll()).toEqual([11]);
  });
});

describe('a listing that lacks a rejected backup', () => {
  test('ends the storage: no new backup is tried', () => {
    const run = new Run(5);
    run.rejectTwice();
    run.list(5);
    expect(run.step).toBe('done');
    expect(run.storage.gaveUpBecause).toBe('records-lost');
    expect(run.untried).toBe(4);
  });

  test('leaves second attempts to the backups that are already rejected, with pauses and without a listing', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    for (const number of range(19, 12)) run.end(number, 'rejected-by-portal');
    run.rest();
    run.send('rejected-by-portal');
    run.list(19, 18, 17);
    const steps: string[] = [];
    while (run.step !== 'done') {
      if (run.step.startsWith('rest')) run.rest();
      else steps.push(run.send('rejected-by-portal'));
    }
    expect(steps).toEqual(range(18, 12).map(number => `second ${number}`));
    expect(run.untried).toBe(11);
  });

  test('ends the storage for good, whatever is confirmed later', () => {
    const run = new Run(20).confirmProbe();
    run.startAll();
    for (const number of range(19, 12)) run.end(number, 'rejected-by-portal');
    run.rest();
    run.send('rejected-by-portal');
    run.list(19);
    run.rest();
    run.sendEach(7, 'confirmed');
    expect(run.step).toBe('done');
    expect(run.untried).toBe(11);
  });
});

describe('stopTryingNew', () => {
  test('leaves the second attempts, with pauses', () => {
    const run = new Run(20).confirmProbe();
    for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
    run.storage.stopTryingNew();
    expect(run.rest()).toBe(2_000);
    run.sendEach(8, 'confirmed');
    expect(run.step).toBe('done');
    expect(run.storage.gaveUpBecause).toBe('no-time-to-rest');
    expect(run.untried).toBe(11);
  });
});

describe('endRun', () => {
  test('leaves the second attempts, with pauses even after a harmless listing, and without another listing', () => {
    const run = new Run(20);
    run.send('rejected-by-portal');
    run.rest();
    run.send('rejected-by-portal');
    run.list();
    for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
    run.storage.endRun();
    expect(run.rest()).toBe(2_000);
    run.send('rejected-by-portal');
    expect(run.rest()).toBe(4_000);
    run.send('rejected-by-portal');
    expect(run.step).toBe('rest 8000');
    run.now += 8_000;
    run.sendEach(6, 'confirmed');
    expect(run.step).toBe('done');
    expect(run.storage.gaveUpBecause).toBe('run-ends');
  });

  test('does not hide that records are lost', () => {
    const run = new Run(5);
    run.send('rejected-by-portal');
    run.rest();
    run.send('rejected-by-portal');
    run.list(5);
    run.storage.endRun();
    expect(run.storage.gaveUpBecause).toBe('records-lost');
  });
});

describe('a storage that has not shown that it allows several deletions at once', () => {
  test('gets only as many as there is time for second attempts, at least one', () => {
    const run = new Run(30).confirmProbe();
    run.secondAttemptsInTime = 3;
    expect(run.startAll()).toHaveLength(3);
    run.secondAttemptsInTime = 0;
    run.end(29, 'confirmed');
    run.end(28, 'confirmed');
    run.end(27, 'confirmed');
    expect(run.startAll()).toEqual([26]);
  });

  test('gets eight at once after eight successes', () => {
    const run = new Run(30).confirmProbe();
    run.secondAttemptsInTime = 2;
    for (let number = 29; number > 22; number--) {
      run.startAll();
      run.end(number, 'confirmed');
    }
    expect(run.startAll()).toHaveLength(1);
    run.end(22, 'confirmed');
    expect(run.startAll()).toHaveLength(7);
  });
});

describe('stopResting', () => {
  test('leaves the second attempts, without pauses', () => {
    const run = new Run(20).confirmProbe();
    for (const number of run.startAll()) run.end(number, 'rejected-by-portal');
    expect(run.step).toBe('rest 2000');
    run.storage.stopTryingNew();
    run.storage.stopResting();
    run.send('rejected-by-portal');
    // It lacks one that was rejected once: only for that, there would be pauses.
    run.list(12);
    run.send('rejected-by-portal');
    run.sendEach(6, 'confirmed');
    expect(run.step).toBe('done');
    expect(run.storage.gaveUpBecause).toBe('no-time-to-rest');
    expect(run.untried).toBe(11);
  });

  test('is not the reason when a listing shows that records are lost', () => {
    const run = new Run(5);
    run.send('rejected-by-portal');
    run.storage.stopTryingNew();
    run.storage.stopResting();
    run.send('rejected-by-portal');
    run.list(5);
    expect(run.storage.gaveUpBecause).toBe('records-lost');
    expect(run.step).toBe('done');
  });
});

describe('a deletion without an answer', () => {
  test('gets no last attempt once a repeated one is confirmed, but still gets it if that one is not sent', () => {
    const run = new Run(3);
    run.send('unanswered');
    run.send('not-received');
    run.send('unanswered');
    // The driver repeats it while all slots are taken.
    run.end(3, 'unanswered');
    run.end(3, 'confirmed');
    run.end(2, 'not-sent');
    run.storage.startLastAttempts();
    expect(run.startAll()).toEqual([2, 1]);
  });

  test('gets a last attempt in a storage that was given up only if its record may be gone', () => {
    const run = new Run(6);
    run.sendEach(3, 'not-received');
    // The portal did get the DELETE of 5.
    run.list(5);
    expect(run.storage.gaveUpBecause).toBe('records-lost');
    expect(run.step).toBe('done');
    run.storage.startLastAttempts();
    expect(run.startAll()).toEqual([5]);
  });

  test('gets one last attempt', () => {
    const run = new Run(3);
    run.send('unanswered');
    run.send('confirmed');
    run.send('not-received');
    expect(run.step).toBe('done');
    run.storage.startLastAttempts();
    expect(run.startAll()).toEqual([3, 1]);
    run.end(3, 'confirmed');
    run.end(1, 'unanswered');
    expect(run.step).toBe('done');
  });

  test('gets its last attempts one at a time where nothing was ever confirmed', () => {
    const run = new Run(2);
    run.sendEach(2, 'unanswered');
    run.storage.startLastAttempts();
    expect(run.send('unanswered')).toBe('last 2');
    expect(run.send('unanswered')).toBe('last 1');
    expect(run.step).toBe('done');
  });

  test('whose last attempt is rejected at the file gets a second one after a pause', () => {
    const run = new Run(1);
    run.send('unanswered');
    run.storage.startLastAttempts();
    run.send('rejected-by-portal');
    expect(run.rest()).toBe(2_000);
    expect(run.send('confirmed')).toBe('second 1');
  });

  test('gets no last attempt if it was answered late', () => {
    const run = new Run(1);
    run.start();
    run.now = 15_000;
    run.end(1, 'confirmed');
    run.storage.startLastAttempts();
    expect(run.step).toBe('done');
  });

  test('gets a last attempt in an ended storage also if it was rejected before', () => {
    const run = new Run(5);
    run.send('rejected-by-portal');
    run.rest();
    run.send('not-received');
    run.list(5);
    run.storage.startLastAttempts();
    expect(run.startAll()).toEqual([5]);
  });

  test('gets a last attempt in an ended storage only if its record may be gone', () => {
    const run = new Run(5);
    run.send('unanswered');
    run.send('not-received');
    run.rejectTwice();
    run.list(3);
    run.storage.startLastAttempts();
    expect(run.startAll()).toEqual([5]);
    run.end(5, 'confirmed');
    expect(run.step).toBe('done');
  });
});

describe('groups of storages', () => {
  test('come in the order of their oldest backup, and keep the order within', () => {
    const types: (StorageType | undefined)[] = ['Local', 'Documents', undefined, 'Local', undefined];
    const storages = createQueues(types.map((type, index) => recordOf(5 - index, type)));
    expect(storages.map(({ type }) => type)).toEqual(['Local', 'Documents', undefined]);
    expect(storages.map(({ records }) => records.length)).toEqual([2, 1, 2]);
    const firsts = storages.map(storage => {
      const step = storage.next(0, 8);
      return step.kind === 'delete' ? numberOf(step.record) : step.kind;
    });
    expect(firsts).toEqual([5, 4, 3]);
  });

  test('are none without backups', () => {
    expect(createQueues([])).toEqual([]);
  });
});
