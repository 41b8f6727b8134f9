/**
 * Replaces `undici` in the bundle (`paths` in tsconfig.json). `@actions/http-client` needs it only for
 * `getAgentDispatcher()`, which this action never calls, and it is a megabyte.
 */
export class ProxyAgent {
  constructor() {
    throw new Error('undici is not part of this bundle');
  }
}
