import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/runner.mjs';

const FOLDER = join(root, 'tools/certs');

/** The authority that signed the other certificates of tools/certs. */
export const CA_FILE = join(FOLDER, 'ca.pem');

export function readCertificate(name: string): { key: string; cert: string } {
  const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
  return { key: read(`${name}-key.pem`), cert: read(`${name}.pem`) };
}
