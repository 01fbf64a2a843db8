import type { Exchange } from './exchange.ts';
import type { Reply } from './reply.ts';

/**
 * The answer of the WSGI framework itself, outside the services' envelopes: JSON, HTML or text by `Accept`.
 */
export function webobError(
  exchange: Exchange,
  code: string,
  explanation: string,
  headers: Reply['headers'] = [],
): Reply {
  const title = code.slice(4);
  const status = Number(code.slice(0, 3));
  const accept = exchange.headers.accept ?? '';
  if (exchange.method === 'HEAD') {
    return { status, headers: [['Content-Type', 'text/html; charset=UTF-8'], ...headers], body: '' };
  }
  if (accept.includes('html')) {
    const body = `<html>\n <head>\n  <title>${code}</title>\n </head>\n <body>\n  <h1>${code}</h1>\n  ${explanation}<br /><br />\n\n\n\n </body>\n</html>`;
    return { status, headers: [['Content-Type', 'text/html; charset=UTF-8'], ...headers], body };
  }
  if (accept.includes('json')) {
    const body = JSON.stringify({ message: `${explanation}<br /><br />\n\n\n`, code, title });
    return { status, headers: [['Content-Type', 'application/json'], ...headers], body };
  }
  const body = `${code}\n\n${explanation}\n\n   `;
  return { status, headers: [['Content-Type', 'text/plain; charset=UTF-8'], ...headers], body };
}

/** The framework's 404 for a path or method that no route serves. */
export function webobNotFound(exchange: Exchange, headers: Reply['headers'] = []): Reply {
  return webobError(exchange, '404 Not Found', 'The resource could not be found.', headers);
}

/** The size limiter's 413. */
export function webobTooLarge(exchange: Exchange, headers: Reply['headers'] = []): Reply {
  const text = 'Request is too large. Larger than max_request_body_size (%s).';
  return webobError(exchange, '413 Request Entity Too Large', text, headers);
}
