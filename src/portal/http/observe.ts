import type * as http from 'http';
import type * as https from 'https';

type HttpModule = typeof http | typeof https;

/**
 * Gives the toolkit a module that also hands out Node's request, which the toolkit keeps to itself. One is enough for
 * all requests: each such module costs memory.
 */
export function observeRequests(
  module: HttpModule,
  onRequest: (request: http.ClientRequest) => void,
): HttpModule {
  const request = (options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) => {
    const created = module.request(options, onResponse);
    onRequest(created);
    return created;
  };
  // Not a copy of all properties: to read some of them would load Node's own undici.
  return Object.create(module, { request: { value: request } });
}
