import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach } from '@jest/globals';

export interface ProxyOptions {
  /** The port that every connection leads to, whatever host was requested. */
  port?: number;
  /** The answer to CONNECT, without a connection; empty: no answer at all. */
  answer?: string;
  /** Makes the proxy itself require TLS, with this certificate. */
  tls?: { key: string; cert: string };
}

export interface Proxy {
  url: string;
  /** The first line of each request. */
  seen: string[];
  /** All bytes that it received. */
  readonly received: string;
}

const running: (() => void)[] = [];

/** Starts an HTTP proxy that knows only CONNECT, and that ends with the test. */
export async function startProxy({ port = 0, answer, tls }: ProxyOptions): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  let received = '';
  function serve(client: Socket): void {
    sockets.add(client);
    client.on('error', () => undefined);
    client.on('data', data => {
      received += data.toString('latin1');
    });
    client.once('data', head => {
      seen.push(head.toString('latin1').split('\r\n', 1)[0] ?? '');
      if (answer !== undefined) {
        if (answer !== '') client.end(answer);
        return;
      }
      const portal = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 Connected\r\n\r\n'));
      sockets.add(portal);
      portal.on('error', () => client.destroy());
      client.on('error', () => portal.destroy());
      portal.pipe(client).pipe(portal);
    });
  }
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  running.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  return {
    url: `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${address.port}`,
    seen,
    get received() {
      return received;
    },
  };
}

afterEach(() => {
  for (const stop of running.splice(0)) stop();
});
