import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy';
// Not the toolkit's own `tunnel`: it opens a connection for each request, and a CONNECT that hangs blocks its slot forever.
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type * as http from 'http';
import { text } from '../../text/printable.js';
import { getErrorCode } from '../answers/connection-errors.js';
import { NoResponseError } from '../answers/outcomes.js';
import { isGatewayError } from '../answers/statuses.js';

/**
 * Finds the proxy for a URL by the toolkit's rules (`https_proxy`, `http_proxy`, `no_proxy`).
 * @returns its URL; `undefined`: none
 * @throws NoResponseError for a value that is no HTTP proxy, such as `proxy.example:3128` (a scheme without a host) or
 * `socks5://…`: ignoring it would bypass the proxy
 */
export function findProxy(url: URL): string | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const configured = process.env[name] || process.env[name.toUpperCase()];
  if (!configured || checkBypass(url)) return undefined;
  if (url.hostname.startsWith('[')) {
    throw new NoResponseError(
      text`A portal with an IPv6 address cannot be reached through a proxy. Use its host name, or list it in no_proxy.`,
      'rejected-for-all',
    );
  }
  const proxy = readProxyUrl(url);
  if (proxy && /^https?:$/.test(proxy.protocol)) return proxy.href;
  throw new NoResponseError(
    text`The proxy in https_proxy or http_proxy is not a URL such as http://proxy.example:3128.`,
    'rejected-for-all',
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
 * Creates an agent that connects through a proxy. Its errors tell the proxy's failures from the portal's. It has no limit
 * of connections: with a limit, hpagent may open several for one waiting request, and fail it by one that is not used.
 * @param keepAlive whether connections are used again
 */
export function createProxyAgent(isTls: boolean, proxy: string, keepAlive: boolean): http.Agent {
  const options = { keepAlive, proxy };
  const agent: http.Agent = isTls ? new HttpsProxyAgent(options) : new HttpProxyAgent(options);
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (target, done) =>
    connect(target, (error, socket) => done?.(error && createProxyError(error), socket));
  return agent;
}

function createProxyError(error: Error): NoResponseError {
  const [digits] = /(?<=^Bad response: )\d+/.exec(error.message) ?? [];
  if (digits === undefined) {
    const code = getErrorCode(error);
    return /^(?!.*ALERT).*(CERT|SIGNATURE|ALTNAME|UNSPECIFIED)/.test(code)
      ? new NoResponseError(
          text`The certificate of the proxy is not trusted, or not valid. (${code})`,
          'rejected-for-all',
        )
      : new NoResponseError(
          text`The proxy cannot be reached. Check https_proxy and no_proxy. (${code})`,
          'not-received',
        );
  }
  const status = Number(digits);
  return new NoResponseError(
    text`The proxy does not connect to the portal (HTTP ${status}). Check https_proxy and no_proxy.`,
    isGatewayError(status, 'html') ? 'not-received' : 'rejected-for-all',
  );
}
