import type * as http from 'http';
import type * as https from 'https';

type HttpModule = typeof http | typeof https;

export interface ObservedOptions extends https.RequestOptions {
  /** Gets Node's request, which the toolkit keeps to itself. */
  onRequest: (request: http.ClientRequest) => void;
}

/** Gives the toolkit a module that hands each request to the `onRequest` of its options. */
export function observeRequests(module: HttpModule): HttpModule {
  const request = (options: ObservedOptions, onResponse: (response: http.IncomingMessage) => void) => {
    const created = module.request(options, onResponse);
    options.onRequest(created);
    return created;
  };
  // Not a copy of all properties: to read some of them would load Node's own undici.
  return Object.create(module, { request: { value: request } });
}
