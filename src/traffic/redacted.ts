import type { Exchange } from '../target/exchange.ts';
import { Redactor } from '../target/redact.ts';

/** Headers whose values are looked for elsewhere too. */
const tokens = ['x-auth-token', 'x-subject-token', 'x-service-token'];

/** A recorded exchange as it may be shown: tokens, cookies and passwords are replaced, those in its URL too. */
export function redacted({ request, response, ...rest }: Exchange): Exchange {
  const secrets = tokens.flatMap(name => [request.headers[name] ?? '', response.headers[name] ?? '']);
  const redactor = new Redactor(secrets.filter(secret => secret.length > 3));
  const url = new URL(request.url);
  url.username &&= '***';
  url.password &&= '***';
  return {
    request: {
      ...request,
      url: redactor.text(url.username === '' ? request.url : url.href),
      headers: redactor.headers(request.headers),
      ...(request.body === undefined ? {} : { body: redactor.text(request.body) }),
    },
    response: {
      ...response,
      headers: redactor.headers(response.headers),
      body: redactor.text(response.body),
      ...(response.json === undefined ? {} : { json: redactor.json(response.json) }),
    },
    ...rest,
  };
}
