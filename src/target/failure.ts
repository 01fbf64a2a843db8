import type { Failure, WireRequest } from './client.ts';
import { errorCode } from './error-code.ts';
import { TargetError } from './errors.ts';
import type { Redactor } from './redact.ts';
import { answersHttp, speaksTls } from './scheme.ts';

/** Codes of Node and OpenSSL that mean: the server's certificate is not trusted. */
const untrusted =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/;

/** Milliseconds for each question about the right scheme. */
const probeMs = 3000;

/** Turns what Node or superagent threw into one line that says what happened and what to do. */
export async function explainFailure(
  { error, staleSocket }: Failure,
  request: WireRequest,
  limits: { timeoutMs: number; maxBodyBytes: number },
  redactor: Redactor,
): Promise<TargetError> {
  const code = codeOf(error);
  const what = `${request.method} ${redactor.text(request.url)}`;
  const url = new URL(request.url);
  const unreachable = (text: string, hint?: string) => new TargetError('unreachable', `${what}: ${text}`, hint);

  const limitMs = Math.min(probeMs, limits.timeoutMs);
  if (code === 'ECONNABORTED') {
    // uwsgi, for one, waits in silence for the end of what it takes for a request line.
    if (url.protocol === 'https:' && !(await speaksTls(url, limitMs)) && (await answersHttp(url, limitMs))) {
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
  if (untrusted.test(code)) {
    return unreachable(
      `the certificate of ${url.host} is not trusted (${code})`,
      'name its CA by --cacert, cacert in clouds.yaml or OS_CACERT, or accept any with --insecure',
    );
  }
  if (url.protocol === 'https:' && /^EPROTO$|^ERR_SSL_(?:WRONG_VERSION|PACKET_LENGTH|HTTP)/.test(code)) {
    return unreachable(`${url.host} does not speak TLS (${code})`, 'if it answers plain HTTP, use http://');
  }
  if (code.startsWith('ERR_')) {
    return new TargetError('protocol', `${what}: the request cannot be sent (${code})`);
  }
  const broken = code === 'ECONNRESET' || code === 'EPIPE' || code.startsWith('HPE_');
  if (broken && !staleSocket && url.protocol === 'http:' && (await speaksTls(url, limitMs))) {
    return unreachable(`${url.host} speaks TLS`, 'use https://');
  }
  if (code.startsWith('HPE_')) {
    return new TargetError('protocol', `${what}: the answer is not valid HTTP (${code})`, 'is this an OpenStack API?');
  }
  if (broken) {
    const text = `the connection was closed before the answer was complete (${code})`;
    return unreachable(text, 'the request may have been carried out; it is not repeated');
  }
  return unreachable(redactor.text(messageOf(error)));
}

/** supertest replaces the code of a refused connection by a message that begins with it. */
function codeOf(error: unknown): string {
  return errorCode(error) || (/^(E[A-Z]+): /.exec(messageOf(error))?.[1] ?? '');
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
