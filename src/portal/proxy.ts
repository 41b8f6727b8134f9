import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
// Without `node:`, as the toolkit imports it: the bundle then holds it once.
import type * as http from 'http';
import { NoAnswer } from '../failure.js';
import { say } from '../text.js';
import { codeOf } from './connection-errors.js';
import { isGatewayStatus } from './statuses.js';

/**
 * The proxy to go through, by the toolkit's rules (`https_proxy`, `http_proxy`, `no_proxy`).
 * @returns its URL; `undefined`: none
 * @throws NoAnswer for one whose URL cannot be read, or that is not spoken to by HTTP, as `proxy.example:3128` (a scheme
 * and no host) or `socks5://…`: it must not be passed by
 */
export function findProxy(url: URL): string | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const configured = process.env[name] || process.env[name.toUpperCase()];
  if (!configured || checkBypass(url)) return undefined;
  if (url.hostname.startsWith('[')) {
    throw new NoAnswer(
      say`A portal with an IPv6 address cannot be reached through a proxy. Use its host name, or name it in no_proxy.`,
      false,
      false,
    );
  }
  const proxy = readProxyUrl(url);
  if (proxy && /^https?:$/.test(proxy.protocol)) return proxy.href;
  throw new NoAnswer(
    say`The proxy that https_proxy or http_proxy names is not a URL such as http://proxy.example:3128.`,
  );
}

function readProxyUrl(url: URL): URL | undefined {
  try {
    return getProxyUrl(url);
  } catch {
    return undefined;
  }
}

/**
 * Makes an agent whose connections lead through a proxy, and whose errors tell the proxy's failures from the portal's. It
 * has no limit of connections: with one, a request that waits may have several made for it, and fail by one that it does
 * not use.
 * @param keepAlive whether connections are used again
 */
export function makeProxyAgent(isTls: boolean, proxy: string, keepAlive: boolean): http.Agent {
  const options = { keepAlive, proxy };
  const agent: http.Agent = isTls ? new HttpsProxyAgent(options) : new HttpProxyAgent(options);
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (target, done) =>
    connect(target, (error, socket) => done?.(error && explainProxy(error), socket));
  return agent;
}

function explainProxy(error: Error): NoAnswer {
  const [digits] = /(?<=^Bad response: )\d+/.exec(error.message) ?? [];
  if (digits === undefined) {
    const code = codeOf(error);
    return /^(?!.*ALERT).*(CERT|SIGNATURE|ALTNAME|UNSPECIFIED)/.test(code)
      ? new NoAnswer(say`The certificate of the proxy is not trusted, or not valid. (${code})`)
      : new NoAnswer(say`The proxy cannot be reached. Check https_proxy and no_proxy. (${code})`, true);
  }
  const status = Number(digits);
  return new NoAnswer(
    say`The proxy does not connect to the portal (HTTP ${status}). Check https_proxy and no_proxy.`,
    isGatewayStatus(status),
  );
}
