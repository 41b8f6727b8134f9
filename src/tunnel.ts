import type { Agent } from 'http';

type MakeAgent = (options: object) => Agent;

/**
 * Stands in for the module `tunnel`, by which http-client goes through a proxy, and loads it when there is one: it asks
 * Node for `assert`, which takes 2 ms of every run.
 */
const load = (): Record<'httpOverHttp' | 'httpsOverHttp' | 'httpOverHttps' | 'httpsOverHttps', MakeAgent> =>
  require('tunnel/lib/tunnel.js');

export const httpOverHttp: MakeAgent = options => load().httpOverHttp(options);
export const httpsOverHttp: MakeAgent = options => load().httpsOverHttp(options);
export const httpOverHttps: MakeAgent = options => load().httpOverHttps(options);
export const httpsOverHttps: MakeAgent = options => load().httpsOverHttps(options);
