import type { WireAnswer } from './client.ts';
import { TargetError } from './errors.ts';
import { parseJson } from './json.ts';

/** What to do where a server wants to know its clients. */
export const clientCertificateHint =
  'name a certificate by --cert and --cert-key, cert and key in clouds.yaml, or OS_CERT and OS_KEY';

/** The error for an answer that cannot come from the service that was asked; `hint` is the likely mistake. */
export function unexpectedAnswer(what: string, answer: WireAnswer, hint: string): TargetError {
  const { body, status, headers, proxy } = answer;
  if (/plain HTTP request was sent to HTTPS|speaking plain HTTP to an SSL/i.test(body)) {
    return new TargetError('unreachable', `${what}: the server speaks TLS`, 'use https://');
  }
  if (/No required SSL certificate was sent|The SSL certificate error/.test(body)) {
    // So nginx says it.
    const said = /No required/.test(body) ? 'wants a client certificate' : 'refuses the client certificate';
    return new TargetError('unreachable', `${what}: the server ${said} (${status})`, clientCertificateHint);
  }
  if (status >= 300 && status < 400 && headers.location !== undefined) {
    const place = headers.location.replace(/^(\w+:\/\/)[^/?#]*@/, '$1');
    return new TargetError(
      'protocol',
      `${what} redirects to ${place} (${status})`,
      'redirects are not followed, name that URL',
    );
  }
  if (status === 401 || status === 403) {
    return new TargetError('auth', `${what} answered ${status}`, 'it wants a valid token');
  }
  if (status >= 500) {
    const who = proxy === undefined ? 'the service is' : `the service, or the proxy ${proxy} before it, is`;
    return new TargetError('unreachable', `${what} answered ${status}`, `${who} out of order`);
  }
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(body) || /\bhtml\b/.test(headers['content-type'] ?? '')) {
    return new TargetError('protocol', `${what} answered HTML, not JSON (${status})`, hint);
  }
  const kind = parseJson(body) === undefined ? 'no JSON' : 'something unexpected';
  return new TargetError('protocol', `${what} answered ${kind} (${status})`, hint);
}
