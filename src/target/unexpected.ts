import type { WireAnswer } from './client.ts';
import { TargetError } from './errors.ts';
import { parseJson } from './json.ts';

/** The error for an answer that cannot come from the service that was asked; `hint` is the likely mistake. */
export function unexpectedAnswer(what: string, answer: WireAnswer, hint: string): TargetError {
  const { body, status, headers } = answer;
  if (/plain HTTP request was sent to HTTPS|speaking plain HTTP to an SSL/i.test(body)) {
    return new TargetError('unreachable', `${what}: the server speaks TLS`, 'use https://');
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
  if (status >= 500) return new TargetError('unreachable', `${what} answered ${status}`, 'the service is out of order');
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(body) || /\bhtml\b/.test(headers['content-type'] ?? '')) {
    return new TargetError('protocol', `${what} answered HTML, not JSON (${status})`, hint);
  }
  const kind = parseJson(body) === undefined ? 'no JSON' : 'something unexpected';
  return new TargetError('protocol', `${what} answered ${kind} (${status})`, hint);
}
