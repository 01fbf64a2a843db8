import type { Deviation } from '../judge/verdict.ts';
import { isMapping, type Mapping } from '../target/json.ts';
import { type Judgement, judgement, type Subject } from './subject.ts';

/** How many attachments are remembered; of older ones nothing is compared any more. */
const most = 20_000;

/**
 * Compares what the answers of one recording say of the same attachment. Others may have changed anything in between, so only
 * what never changes while an attachment lasts is compared, and attachments are told apart by the volume service's own ids.
 */
export class Kept {
  readonly #seen = new Map<string, Mapping>();

  /** Judges the attachments that an accepted answer shows, and remembers them. */
  judge(subject: Subject): Judgement[] {
    const { accepted, exchange, contract, book } = subject;
    const rule = contract.data.traffic.kept.rules[book.operation.name];
    if (!accepted || rule === undefined || !isMapping(exchange.response.json)) return [];
    return Object.values(exchange.response.json).flatMap(value =>
      [value].flat().flatMap(item => (isMapping(item) ? this.#compare(subject, rule, item) : [])),
    );
  }

  #compare(subject: Subject, rule: string, item: Mapping): Judgement[] {
    const { kept } = subject.contract.data.traffic;
    const id = item[kept.of];
    if (typeof id !== 'string' || item[kept.same] === undefined) return [];
    const before = this.#seen.get(id);
    const names = [kept.same, ...Object.keys(kept.shown)];
    this.#remember(id, Object.fromEntries(names.map(name => [name, item[name]])));
    if (!before) return [];
    return [[kept.same, rule] as const, ...Object.entries(kept.shown)].flatMap(([property, name]) => {
      const [was, is] = [before[property], item[property]];
      if (was === undefined || is === undefined) return [];
      const deviation: Deviation = {
        what: `body ${property} of attachment ${id}`,
        expected: `${JSON.stringify(was)}, as in an earlier answer`,
        received: JSON.stringify(is),
        level: subject.book.rules[name]?.level ?? 'advisory',
      };
      return judgement(subject, name, was === is ? [] : [deviation]);
    });
  }

  #remember(id: string, seen: Mapping): void {
    this.#seen.delete(id);
    this.#seen.set(id, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > most && oldest !== undefined) this.#seen.delete(oldest);
  }
}
