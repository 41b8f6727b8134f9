import type * as http from 'http';
import * as zlib from 'zlib';
import { readProperty } from '../../json.js';
import { text } from '../../text/printable.js';
import type { Answer } from '../answers/answer.js';

export const MIB = 1024 * 1024;

/** The body of an answer as text, or what is wrong with it. */
export type Body = Pick<Answer, 'body' | 'bodyProblem'>;

export const UNREADABLE: Body = { body: '', bodyProblem: text`the answer could not be read to its end.` };

/**
 * Reads the body of an answer, decompressed.
 * @param maxBytes its largest size, before and after that
 * @throws what Node throws if it breaks off
 */
export async function readBody(message: http.IncomingMessage, maxBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > maxBytes) return createTooLongBody(maxBytes);
    chunks.push(chunk);
  }
  return decompress(Buffer.concat(chunks), message.headers['content-encoding'] ?? '', maxBytes);
}

/** Something in between may compress an answer that was requested without compression. */
function decompress(bytes: Buffer, encoding: string, maxBytes: number): Body {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isPlain = bytes.length === 0 || /^(|identity|(x-)?gzip)$/i.test(encoding);
  if (isPlain && !isGzip) return { body: bytes.toString() };
  const decoder = isGzip ? zlib.gunzipSync : DECODERS[encoding.toLowerCase()];
  try {
    if (decoder) return { body: decoder(bytes, { maxOutputLength: maxBytes }).toString() };
  } catch (error) {
    if (readProperty(error, 'code') === 'ERR_BUFFER_TOO_LARGE') return createTooLongBody(maxBytes);
  }
  return {
    body: '',
    bodyProblem: text`the answer is compressed, though it was requested without compression, and cannot be read. Turn compression off in what is between the runner and the portal.`,
  };
}

const DECODERS: Readonly<Record<string, (bytes: Buffer, limit: { maxOutputLength: number }) => Buffer>> = {
  deflate: zlib.inflateSync,
  br: zlib.brotliDecompressSync,
};

function createTooLongBody(maxBytes: number): Body {
  return {
    body: '',
    bodyProblem: text`the answer is longer than ${maxBytes / MIB} MiB, which no portal sends. Check portal-url, and any proxy in between.`,
  };
}
