import { loadContract } from '../../src/contract/load.ts';
import { CloudApi } from '../../src/stage/cloud-api.ts';
import type { Exchange } from '../../src/target/exchange.ts';
import type { Session } from '../../src/target/session.ts';

/** `SERVICE PATH` -> the body of a 200; what is not there is answered 404. */
export type Answers = Record<string, unknown>;

/** An API whose answers are made up. */
export function madeUpApi(answers: Answers, max = loadContract().newest): CloudApi {
  const session: Session = {
    persona: 'member',
    roles: ['member'],
    projectId: 'p',
    userId: 'u',
    requests: 0,
    waits: 0,
    send: (service, { method, path }) => {
      const json = answers[`${service} ${path}`];
      const exchange: Exchange = {
        request: { method, url: path, headers: {} },
        response: { status: json === undefined ? 404 : 200, headers: {}, body: '', ...(json ? { json } : {}) },
        startedAt: 0,
        durationMs: 0,
      };
      return Promise.resolve(exchange);
    },
  };
  return new CloudApi(
    loadContract(),
    { session: () => session, has: () => true, close: () => Promise.resolve() },
    max,
    true,
  );
}
