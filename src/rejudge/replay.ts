import { isDeepStrictEqual } from 'node:util';
import { exchangeOf } from '../evidence/own-entry.ts';
import type { OwnEntry } from '../evidence/own-har.ts';
import type { Time } from '../stage/time.ts';
import { TargetError, type TargetErrorKind } from '../target/errors.ts';
import type { Exchange, RequestSpec } from '../target/exchange.ts';
import { parseJson } from '../target/json.ts';
import { mask } from '../target/redact.ts';
import type { Service } from '../target/resolved.ts';
import type { Session, Sessions } from '../target/session.ts';
import { NoEvidence } from './no-evidence.ts';

/**
 * A target that answers as it did when it was recorded: the n-th request gets the n-th answer, if it is the same request. Its
 * time is that of the record, and waits look as often as they did.
 */
export class Replay implements Sessions {
  /** Number of the next request. */
  next = 0;
  readonly time: Time;
  private readonly entries: readonly (OwnEntry | undefined)[];
  private readonly personas: ReadonlyMap<string, { roles: string[] | null; project: string | null }>;
  private clock = 0;
  private readonly waits: number[];

  constructor(
    entries: readonly (OwnEntry | undefined)[],
    personas: Readonly<Record<string, { roles: string[] | null; project: string | null }>>,
    waits: readonly number[] = [],
  ) {
    this.entries = entries;
    this.personas = new Map(Object.entries(personas));
    this.waits = [...waits];
    this.time = {
      now: () => this.clock,
      sleep: () => Promise.resolve(),
      poll: ask => this.look(ask),
    };
  }

  session(persona: string): Session {
    const known = this.personas.get(persona);
    if (!known) throw new NoEvidence(`the record knows no persona ${persona}`);
    return {
      persona,
      roles: known.roles,
      projectId: known.project,
      userId: null,
      requests: 0,
      waits: 0,
      send: (service, spec) => Promise.resolve().then(() => this.answer(persona, service, spec)),
    };
  }

  has(persona: string): boolean {
    return this.personas.has(persona);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async look<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const looks = this.waits.shift();
    if (looks === undefined) throw new NoEvidence('a wait was not recorded');
    for (let look = 1; look <= looks; look += 1) {
      const answer = await ask();
      if (answer === undefined) continue;
      if (look < looks) throw new NoEvidence(`a wait was over after ${look} of ${looks} looks`);
      return answer;
    }
    return undefined;
  }

  private answer(persona: string, service: Service, spec: RequestSpec): Exchange {
    const number = this.next++;
    const entry = this.entries[number];
    const { _novaspec: notes } = entry ?? {};
    if (!entry || !notes) throw new NoEvidence(`request ${number + 1}, ${spec.method} ${spec.path}, was not recorded`);
    this.clock = Math.max(this.clock, notes.at + entry.time);
    if (notes.error) throw new TargetError(notes.error.kind as TargetErrorKind, notes.error.message);
    const exchange = exchangeOf(entry);
    const difference =
      notes.persona === persona && notes.service === service ? differenceOf(spec, exchange.request) : 'another caller';
    if (difference !== null)
      throw new NoEvidence(`request ${number + 1} should be ${spec.method} ${spec.path}; recorded is ${difference}`);
    return exchange;
  }
}

/** What is different in a recorded request from the one that had to be sent; null where nothing is. */
function differenceOf(spec: RequestSpec, recorded: Exchange['request']): string | null {
  const { method, url, headers, body } = recorded;
  const place = `${spec.path}${spec.query === undefined ? '' : `?${spec.query}`}`;
  // What was blacked out cannot be compared.
  if (method !== spec.method || !(url.endsWith(place) || url.includes(mask))) return `${method} ${url}`;
  const names = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, value] of Object.entries(spec.headers ?? {})) {
    const found = names.get(name.toLowerCase());
    if (found !== value && found !== mask && value !== '') return `one with ${name}: ${found ?? 'nothing'}`;
  }
  if ((spec.token === 'none') === names.has('x-auth-token'))
    return spec.token === 'none' ? 'one with a token' : 'one without a token';
  const wanted = spec.raw ?? (spec.body === undefined ? undefined : JSON.stringify(spec.body));
  if (wanted === body || body?.includes(mask)) return null;
  const isSame = wanted !== undefined && body !== undefined && isDeepStrictEqual(parseJson(wanted), parseJson(body));
  return isSame && spec.raw === undefined ? null : 'one with another body';
}
