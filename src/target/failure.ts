import type { Failure, WireRequest } from './client.ts';
import { errorCode } from './error-code.ts';
import { TargetError } from './errors.ts';
import { shownProxy } from './proxies.ts';
import type { Redactor } from './redact.ts';
import { answersHttp, speaksTls } from './scheme.ts';
import { clientCertificateHint } from './unexpected.ts';

/** Codes of Node and OpenSSL that mean: the server's certificate is not trusted. */
const untrusted = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+)$/;

/** Alerts (RFC 8446, 6.2) by which a server refuses the client's certificate, or that there is none, as OpenSSL words them. */
const refusesClient =
  /alert (?:no certificate|bad certificate|unsupported certificate|certificate \w+|unknown ca|access denied|decrypt error|handshake failure)/;

/** Milliseconds for each question about the right scheme. */
const probeMs = 3000;

/** Turns what Node or superagent threw into one line that says what happened and what to do; `presented`: a client certificate was shown. */
export async function explainFailure(
  failure: Failure,
  request: WireRequest,
  limits: { timeoutMs: number; maxBodyBytes: number },
  redactor: Redactor,
  presented: boolean,
): Promise<TargetError> {
  const { error, staleSocket, proxied } = failure;
  const code = codeOf(error);
  const through =
    proxied?.reached === true && proxied.refusal === undefined ? ` through the proxy ${shownProxy(proxied.proxy)}` : '';
  const what = `${request.method} ${redactor.text(request.url)}${through}`;
  const url = new URL(request.url);
  const unreachable = (text: string, hint?: string) => new TargetError('unreachable', `${what}: ${text}`, hint);

  if (proxied !== null) {
    const told = proxyTrouble(proxied, { code, error, host: url.hostname, limitMs: limits.timeoutMs });
    if (told !== null) return unreachable(...told);
  }
  const limitMs = Math.min(probeMs, limits.timeoutMs);
  if (code === 'ECONNABORTED') {
    // uwsgi, for one, waits in silence for the end of what it takes for a request line.
    if (
      url.protocol === 'https:' &&
      proxied === null &&
      !(await speaksTls(url, limitMs)) &&
      (await answersHttp(url, limitMs))
    ) {
      return unreachable(`${url.host} does not speak TLS but answers plain HTTP`, 'use http://');
    }
    return unreachable(
      `no complete answer within ${limits.timeoutMs / 1000} s`,
      'is the target overloaded? raise --timeout',
    );
  }
  if (code === 'ETOOLARGE') {
    return new TargetError(
      'protocol',
      `${what}: the answer is larger than ${limits.maxBodyBytes} bytes`,
      'is this an OpenStack API?',
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return unreachable(`the name ${url.hostname} does not resolve (${code})`, 'check the URL and the DNS');
  }
  if (code === 'ECONNREFUSED') {
    return unreachable(
      `nothing listens on ${url.host} (ECONNREFUSED)`,
      'check host and port, and that the service runs',
    );
  }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT') {
    return unreachable(`no way to ${url.host} (${code})`, 'check the network, VPN and proxy settings');
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return unreachable(
      `the certificate of ${url.host} is not valid today (${code})`,
      'compare the clocks, have it renewed, or accept any with --insecure',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return unreachable(
      `the certificate of ${url.host} is for another name (${code})`,
      'use a name that stands in it, or accept any with --insecure',
    );
  }
  if (untrusted.test(code)) {
    return unreachable(
      `the certificate of ${url.host} is not trusted (${code})`,
      'name its CA by --cacert, cacert in clouds.yaml or OS_CACERT, or accept any with --insecure',
    );
  }
  const handshake = url.protocol === 'https:' ? handshakeTrouble(error, code) : '';
  if (/wrong version number|packet length too long|http request|https proxy request/.test(handshake)) {
    return unreachable(`${url.host} does not speak TLS (${code})`, 'if it answers plain HTTP, use http://');
  }
  if (refusesClient.test(handshake)) {
    return presented
      ? unreachable(
          `${url.host} refuses the client certificate (${handshake})`,
          'it must be one that this server trusts',
        )
      : unreachable(`${url.host} wants a client certificate (${handshake})`, clientCertificateHint);
  }
  if (handshake !== '') {
    return unreachable(`the TLS handshake with ${url.host} failed (${handshake})`, 'does it speak TLS 1.2 or 1.3?');
  }
  if (code.startsWith('ERR_')) {
    return new TargetError('protocol', `${what}: the request cannot be sent (${code})`);
  }
  const broken = code === 'ECONNRESET' || code === 'EPIPE' || code.startsWith('HPE_');
  if (broken && !staleSocket && proxied === null && url.protocol === 'http:' && (await speaksTls(url, limitMs))) {
    return unreachable(`${url.host} speaks TLS`, 'use https://');
  }
  if (code.startsWith('HPE_')) {
    return new TargetError('protocol', `${what}: the answer is not valid HTTP (${code})`, 'is this an OpenStack API?');
  }
  if (broken) {
    const text = `the connection was closed before the answer was complete (${code})`;
    const hint = 'the request may have been carried out; it is not repeated';
    if (url.protocol !== 'https:' || staleSocket) return unreachable(text, hint);
    // A server may also end the connection without a word when it wants to know its clients.
    const question = presented
      ? 'is the client certificate one that the target trusts?'
      : `if a client certificate is wanted, ${clientCertificateHint}`;
    return unreachable(text, `${hint}; ${question}`);
  }
  return unreachable(redactor.text(messageOf(error)));
}

/** What a proxy refused, or why it could not be reached, and what to do; null where the target itself was reached. */
function proxyTrouble(
  { proxy, reached, refusal }: NonNullable<Failure['proxied']>,
  { code, error, host, limitMs }: { code: string; error: unknown; host: string; limitMs: number },
): [text: string, hint: string] | null {
  const { variable } = proxy;
  const name = `the proxy ${shownProxy(proxy)} (${variable})`;
  const or = `or exempt ${host} by NO_PROXY`;
  if (refusal === 407) {
    return new URL(proxy.url).username === ''
      ? [`${name} wants credentials (407)`, `write them into ${variable} as http://USER:PASSWORD@HOST:PORT, ${or}`]
      : [`${name} refuses the user or password of its URL (407)`, `correct them in ${variable}, ${or}`];
  }
  if (refusal !== undefined) {
    return [
      `${name} does not connect to ${host} (${refusal})`,
      `check the target's URL, ask who runs the proxy, ${or}`,
    ];
  }
  if (reached) return null;
  const why = code === 'ECONNABORTED' ? `nothing within ${limitMs / 1000} s` : code || messageOf(error);
  return [`${name} cannot be reached (${why})`, `correct ${variable}, ${or}`];
}

/** What OpenSSL says about a handshake, in lower case: Node makes a code of it, or hides it in the message of EPROTO. */
function handshakeTrouble(error: unknown, code: string): string {
  if (code.startsWith('ERR_SSL_')) return code.slice('ERR_SSL_'.length).replaceAll('_', ' ').toLowerCase();
  if (code !== 'EPROTO') return '';
  return /SSL routines:[^:]*:([^:]+)/.exec(messageOf(error))?.[1]?.toLowerCase() ?? 'EPROTO';
}

/** supertest replaces the code of a refused connection by a message that begins with it. */
function codeOf(error: unknown): string {
  return errorCode(error) || (/^(E[A-Z]+): /.exec(messageOf(error))?.[1] ?? '');
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
