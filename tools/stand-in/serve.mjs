// Serves the stand-in portal until it is killed. See `--help`.

import { parseArgs } from 'node:util';
import { startPortal } from './portal.mjs';
import { makeBackups, SCHEDULE } from './records.mjs';

const USAGE = `Usage: node tools/stand-in/serve.mjs [--port 8080] [--backups 40]

Serves a stand-in portal on 127.0.0.1 until it is killed. --port 0 takes a free port.
Its newest backup is of March 2026, which is too old for require-backup-within.
GET /_stand-in shows its requests and backups. POST /_stand-in with a JSON object of
PortalOptions (tools/stand-in/options.mjs) resets it: see CONTRIBUTING.md.
`;

try {
  await serve();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function serve() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      backups: { type: 'string', default: '40' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  for (const name of /** @type {const} */ (['port', 'backups'])) {
    if (!/^[0-9]+$/.test(values[name])) throw new Error(`--${name} needs a whole number.`);
  }
  const portal = await startPortal({
    port: Number(values.port),
    backups: makeBackups(Number(values.backups), { everyHours: 20 }),
    schedule: SCHEDULE,
    standalone: true,
  });
  process.stdout.write(`The stand-in portal listens at ${portal.url}\n`);
}
