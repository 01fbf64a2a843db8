import http from 'node:http';
import tls from 'node:tls';
import { bareHost } from './proxies.ts';

/** Whether a TLS handshake succeeds at the URL's port within the limit, in milliseconds, whatever the certificate. */
export function speaksTls(url: URL, limitMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = tls.connect({ host: bareHost(url), port: portOf(url), rejectUnauthorized: false });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(limitMs, () => finish(false));
    socket.once('secureConnect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
  });
}

/** Whether anything in plain HTTP comes from the URL's port within the limit, in milliseconds. */
export function answersHttp(url: URL, limitMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const request = http.request({ method: 'HEAD', host: bareHost(url), port: portOf(url), agent: false });
    const finish = (answer: boolean) => {
      request.destroy();
      resolve(answer);
    };
    request.setTimeout(limitMs, () => finish(false));
    request.once('response', () => finish(true));
    request.once('error', () => finish(false));
    request.end();
  });
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}
