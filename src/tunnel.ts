import type { Agent } from 'http';

type Name = 'httpOverHttp' | 'httpsOverHttp' | 'httpOverHttps' | 'httpsOverHttps';
type MakeAgent = (options: object) => Agent;

/**
 * Stands in for the module `tunnel`, by which http-client goes through a proxy, and loads it when there is one: it asks
 * Node for `assert`, which takes 2 ms of every run.
 */
const load = (): Record<Name, MakeAgent> => require('tunnel/lib/tunnel.js');
const lazily =
  (name: Name): MakeAgent =>
  options =>
    load()[name](options);

export const httpOverHttp = lazily('httpOverHttp');
export const httpsOverHttp = lazily('httpsOverHttp');
export const httpOverHttps = lazily('httpOverHttps');
export const httpsOverHttps = lazily('httpsOverHttps');
