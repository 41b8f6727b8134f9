import type * as http from 'http';
import type * as https from 'https';

type HttpModule = typeof http | typeof https;
type OnResponse = (response: http.IncomingMessage) => void;

/** Gives the toolkit a module that also hands out Node's request, which the toolkit keeps to itself. */
export function observeRequests(
  module: HttpModule,
  onRequest: (request: http.ClientRequest) => void,
): HttpModule {
  const request: typeof https.request = (
    target: https.RequestOptions | string | URL,
    optionsOrCallback?: https.RequestOptions | OnResponse,
    callback?: OnResponse,
  ) => {
    const hasOptions = typeof optionsOrCallback === 'object';
    const created =
      hasOptions && (typeof target === 'string' || target instanceof URL)
        ? module.request(target, optionsOrCallback, callback)
        : module.request(target, hasOptions ? callback : optionsOrCallback);
    onRequest(created);
    return created;
  };
  // Not a copy of all properties: to read some of them would load Node's own undici.
  return Object.create(module, { request: { value: request } });
}
