/**
 * Stands in for two modules that the toolkit imports and this action never needs; tsconfig.json puts it in their
 * place, which keeps a megabyte out of the bundle. Whatever calls it after all fails.
 */
class Unused {
  constructor() {
    throw new Error('Not part of this bundle');
  }
}

export {
  // Of http-client's HTTP engine: needed for `getAgentDispatcher()` alone.
  Unused as ProxyAgent,
  // Of `tunnel`, by which http-client goes through a proxy: old, and slow to load. hpagent does it here.
  Unused as httpOverHttp,
  Unused as httpOverHttps,
  Unused as httpsOverHttp,
  Unused as httpsOverHttps,
};
