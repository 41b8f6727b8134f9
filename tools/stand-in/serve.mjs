// Serves the stand-in portal until it is killed:
//
//   node tools/stand-in/serve.mjs --port 8080 --backups 40
//
// `GET /_stand-in` there tells what it saw and what it holds; `POST /_stand-in` with a JSON object of PortalOptions
// starts it afresh.

import { parseArgs } from 'node:util';
import { startPortal } from './portal.mjs';
import { makeBackups, SCHEDULE } from './records.mjs';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8080' }, backups: { type: 'string', default: '40' } },
});
const portal = await startPortal({
  port: Number(values.port),
  backups: makeBackups(Number(values.backups), { everyHours: 20 }),
  schedule: SCHEDULE,
  standalone: true,
});
process.stdout.write(`The stand-in portal listens at ${portal.url}\n`);
