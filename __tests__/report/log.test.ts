import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Clock } from '../../src/clock.js';
import { parseHistory } from '../../src/portal/history.js';
import { Log } from '../../src/report/log.js';
import { UTC } from '../../src/retention/calendar.js';
import { createZonedCalendar } from '../../src/retention/time-zone.js';
import { createRedact, text } from '../../src/text/printable.js';
import { makeBackups } from '../../tools/stand-in/portal.mjs';
import { backupOf, kept, ledgerWith } from './support.js';

const redact = createRedact(['the-secret']);
const BAR = '·'.repeat(40);
/** A line of the timeline with these marks on the first days of the month. */
const month = (name: string, marks: string) => `${name}  ${`${marks}${BAR}`.slice(0, 31)}`;

let log = '';
let ms = 0;
const clock: Clock = { monotonicMs: () => ms, epochMs: () => ms, after: () => () => undefined };
const { write } = process.stdout;

beforeEach(() => {
  process.env['RUNNER_DEBUG'] = '1';
  log = '';
  ms = 1_000;
  Reflect.set(process.stdout, 'write', (line: string) => {
    log += line;
    return true;
  });
});
afterEach(() => {
  Object.assign(process.stdout, { write });
  delete process.env['RUNNER_DEBUG'];
});

const lines = () => log.trimEnd().split(/\r?\n/);

describe('a line', () => {
  test('of every kind has no secrets, in upper or lower case', () => {
    const it = new Log(redact, clock);
    it.info(text`a the-secret b`);
    it.warning(text`a The-Secret b`);
    it.error(text`a THE-SECRET b`);
    it.debug(text`the-secretthe-secret`);
    expect(lines()).toEqual(['a *** b', '::warning::a *** b', '::error::a *** b', '::debug::******']);
  });

  test('for debugging is printed only with debug logging', () => {
    delete process.env['RUNNER_DEBUG'];
    const it = new Log(redact, clock);
    it.debug(text`a`);
    it.info(text`b`);
    expect(lines()).toEqual(['b']);
  });

  test('that warns is kept for the summary', () => {
    const it = new Log(redact, clock);
    it.warning(text`one`);
    it.info(text`two`);
    it.warning(text`three`);
    expect(it.warnings).toEqual(['one', 'three']);
  });

  test('about a repeated attempt is printed 20 times, and after that only with debug logging', () => {
    const it = new Log(redact, clock);
    for (let number = 1; number <= 23; number++) it.note(text`note ${number}`);
    const first = Array.from({ length: 19 }, (_, index) => `note ${index + 1}`);
    expect(lines()).toEqual([
      ...first,
      'note 20 Run again with debug logging to see more lines like this.',
      ...[21, 22, 23].map(number => `::debug::note ${number}`),
    ]);
  });

  test('about progress is printed every five seconds', () => {
    const it = new Log(redact, clock);
    for (let second = 1; second <= 11; second++) {
      ms += 1_000;
      it.showProgress(() => text`${second} s`);
    }
    expect(lines()).toEqual(['5 s', '10 s']);
  });
});

describe('the plan', () => {
  test('is a timeline, what is kept and why, and what is selected', () => {
    const [keptOne, selectedOne] = [backupOf('2026-03-02', 2), backupOf('2026-03-01', 1)];
    const ledger = ledgerWith({ selected: [selectedOne], kept: [kept(keptOne, text`last`, text`daily`)] });
    new Log(redact, clock).printPlan(ledger, UTC);
    expect(lines()).toEqual([
      '::group::Timeline',
      'UTC      1   5    10   15   20   25   30',
      month('2026-03', '○●'),
      '',
      '● keep  ○ delete',
      '::endgroup::',
      '::group::Kept: 1 backup',
      `2026-03-02 12:00  ${keptOne.id}  Local  backup-2.tar.gz  last, daily`,
      '::endgroup::',
      '::group::Selected: 1 backup',
      `2026-03-01 12:00  ${selectedOne.id}  Local  backup-1.tar.gz`,
      '::endgroup::',
    ]);
  });

  test('has groups for each storage type if there is more than one, and names the time zone', () => {
    const calendar = createZonedCalendar('Europe/Berlin');
    if (!calendar) throw new Error('The time zone is unknown');
    const [local, remote, selectedOne] = [
      backupOf('2026-07-02T22:30:00', 2),
      backupOf('2026-07-01', 1, 'ThirdPartyConsumer'),
      backupOf('2026-07-01', 3),
    ];
    const ledger = ledgerWith({ selected: [selectedOne], kept: [kept(local), kept(remote, text`weekly`)] });
    new Log(redact, clock).printPlan(ledger, calendar);
    const scale = '         1   5    10   15   20   25   30';
    expect(lines()).toEqual([
      '::group::Timeline in Local',
      'Europe/Berlin',
      scale,
      month('2026-07', '○·●'),
      '',
      '● keep  ○ delete',
      '::endgroup::',
      '::group::Kept in Local: 1 backup',
      `2026-07-03 00:30  ${local.id}  Local  backup-2.tar.gz  last`,
      '::endgroup::',
      '::group::Selected in Local: 1 backup',
      `2026-07-01 14:00  ${selectedOne.id}  Local  backup-3.tar.gz`,
      '::endgroup::',
      '::group::Timeline in ThirdPartyConsumer',
      'Europe/Berlin',
      scale,
      month('2026-07', '●'),
      '',
      '● keep',
      '::endgroup::',
      '::group::Kept in ThirdPartyConsumer: 1 backup',
      `2026-07-01 14:00  ${remote.id}  ThirdPartyConsumer  backup-1.tar.gz  weekly`,
      '::endgroup::',
    ]);
  });

  test('shows the readable parts of a record', () => {
    const [record] = parseHistory([{ id: backupOf('2026-03-01', 1).id, fileName: 'a|b' }], redact);
    if (record?.id === undefined) throw new Error('The id is missing');
    const selected = [{ ...record, id: record.id }];
    new Log(redact, clock).printPlan(ledgerWith({ selected, kept: [] }), UTC);
    expect(lines()).toEqual([
      '::group::Selected: 1 backup',
      `(not readable)  ${record.id}  -  a?b`,
      '::endgroup::',
    ]);
  });

  test('prints nothing if nothing is selected or kept', () => {
    new Log(redact, clock).printPlan(ledgerWith({ selected: [], kept: [] }), UTC);
    expect(log).toBe('');
  });

  test.each([
    [200, '200', undefined],
    [201, '201', '… and 1 more'],
    [1234, '1,234', '… and 1,034 more'],
  ])('of %d backups lists at most 200', (number, formatted, rest) => {
    const selected = parseHistory(makeBackups(number), redact).flatMap(record =>
      record.id === undefined ? [] : [{ ...record, id: record.id }],
    );
    new Log(redact, clock).printPlan(ledgerWith({ selected }), UTC);
    const start = lines().indexOf(`::group::Selected: ${formatted} backups`);
    const group = lines().slice(start + 1, -1);
    expect(group.filter(line => /^\d{4}-\d\d-\d\d \d\d:\d\d /.test(line))).toHaveLength(200);
    expect(group.slice(200)).toEqual(rest === undefined ? [] : [rest]);
  });

  test('has no secrets', () => {
    const backup = { ...backupOf('2026-03-01', 1), name: text`the-secret.tar.gz` };
    new Log(redact, clock).printPlan(ledgerWith({ selected: [backup], kept: [kept(backup)] }), UTC);
    expect(log).not.toContain('the-secret');
    expect(log.match(/\*\*\*\.tar\.gz/g)).toHaveLength(2);
  });
});
