/** Stands in for the HTTP engine that `@actions/http-client` needs for `getAgentDispatcher()` alone. See tsconfig.json. */
export class ProxyAgent {
  constructor() {
    throw new Error('getAgentDispatcher() is not part of this bundle');
  }
}
