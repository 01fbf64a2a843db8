import type { RequestTemplate } from '../plan/case.ts';
import type { Exchange } from '../target/exchange.ts';
import { shellQuote } from './shell-quote.ts';

/** Names of headers in lower case. */
export const tokenHeader = 'x-auth-token';

/** curl sets these by itself, for the connection that it makes. */
export const ownHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'accept-encoding',
  'user-agent',
  'transfer-encoding',
]);

/**
 * One line that sends the same request again. The token is the shell's `$OS_TOKEN`, as the recorded one was redacted;
 * a request that went with no token or with a made-up one goes like that again.
 */
export function curlLine({ request }: Exchange, token?: RequestTemplate['token']): string {
  // Without --globoff curl expands brackets and braces in the URL.
  const words = ['curl', '-sS', '-i', '--globoff', '-X', shellQuote(request.method), shellQuote(request.url)];
  const headers = Object.entries(request.headers).filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== tokenHeader) words.push('-H', shellQuote(`${name}: ${value}`));
    else if (token === 'invalid') words.push('-H', shellQuote(`${name}: made-up-token`));
    else words.push('-H', `"${name}: $OS_TOKEN"`);
  }
  if (request.body !== undefined) {
    const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
    if (!typed) words.push('-H', 'Content-Type:');
    words.push('--data-raw', shellQuote(request.body));
  }
  return words.join(' ');
}
