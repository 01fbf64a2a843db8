import type { Contract, Operation } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { Level } from '../contract/rule.ts';
import { Schemas } from '../contract/schemas.ts';
import type { HarEntry } from '../evidence/har.ts';
import { type Asked, answeredWith, askedBy } from './asked.ts';
import { judgeAnswer } from './judge-answer.ts';
import { judgeAnswerHeaders } from './judge-headers.ts';
import { judgeRequest } from './judge-request.ts';
import { judgeTold } from './judge-told.ts';
import { Kept } from './kept.ts';
import { isNovas } from './origin.ts';
import { type Recorded, recordedFrom } from './recorded.ts';
import { redacted } from './redacted.ts';
import { type Foreign, type Route, routeOf } from './route.ts';
import { type RuleBook, ruleBook, statusesOf } from './rule-book.ts';
import type { Subject } from './subject.ts';
import { valuesOf } from './values.ts';
import type { Place, RuleDeviation, TrafficVerdict } from './verdict.ts';

/** Judges the exchanges of one recording, one after the other; it remembers what it read of attachments. */
export class TrafficJudge {
  readonly #contract: Contract;
  readonly #levels: readonly Level[];
  readonly #operations: readonly Operation[];
  readonly #kept = new Kept();
  readonly #schemas = new Map<string, Schemas>();
  readonly #books = new Map<string, RuleBook>();

  /** `levels`: deviations of others are findings. */
  constructor(contract: Contract, levels: readonly Level[]) {
    this.#contract = contract;
    this.#levels = levels;
    this.#operations = contract.operationsAt(contract.oldest);
  }

  /** The verdict about an entry; what it is where it is no exchange of the operations'. */
  judge(entry: HarEntry, place: Place): TrafficVerdict | Foreign {
    const url = entry.request?.url ?? '';
    const found = routeOf((entry.request?.method ?? '').toUpperCase(), url, this.#operations);
    if (typeof found === 'string') return found;
    const { operation, route } = found;
    const begun = { ...place, operation: operation.name, microversion: null, rules: [], deviations: [], findings: [] };
    const recorded = recordedFrom(entry, url);
    if (typeof recorded === 'string') return { ...begun, verdict: 'not judged', why: recorded };
    const asked = recorded.known.requestHeaders ? askedBy(recorded.exchange.request.headers, this.#contract) : null;
    const why = this.#outside(recorded, route);
    const at = why ?? this.#microversionOf(recorded, asked);
    if (typeof at === 'string') {
      return { ...begun, verdict: 'not judged', why: at, exchange: redacted(recorded.exchange) };
    }
    const subject = this.#subject(recorded, route, operation, asked, at.microversion);
    if (!isNovas(subject)) {
      const nobody = 'nothing in the answer says that Nova gave it';
      return { ...begun, verdict: 'not judged', why: nobody, exchange: redacted(recorded.exchange) };
    }
    return { ...begun, ...this.#verdict(subject), microversion: at.microversion };
  }

  /** Why an answer is not Nova's business at all. */
  #outside({ exchange }: Recorded, { prefix }: Route): string | undefined {
    const { endpoints, elsewhere } = this.#contract.data.traffic;
    // The last step may be the id of a project.
    const endpoint = prefix.slice(-2).find(step => Object.hasOwn(endpoints, step));
    if (endpoint !== undefined) return endpoints[endpoint];
    const { status } = exchange.response;
    const hundreds = Math.floor(status / 100);
    return elsewhere[status] ?? (hundreds === 1 || hundreds === 3 ? 'it was redirected' : undefined);
  }

  /** At which microversion the contract is asked; a reason where at none. */
  #microversionOf({ exchange, known }: Recorded, asked: Asked | null): { microversion: string } | string {
    const { oldest, newest } = this.#contract;
    const answered = answeredWith(exchange.response.headers, this.#contract);
    // An answer that names another microversion than was asked for is judged as what it says it is, beside that mistake.
    if (answered !== undefined && this.#within(answered)) return { microversion: answered };
    if (asked?.version !== undefined && this.#within(asked.version)) return { microversion: asked.version };
    // Whatever is refused for its number looks the same at any microversion.
    if (asked?.version !== undefined && this.#refusesNumbers(exchange.response.status)) return { microversion: newest };
    if (asked?.by === 'unsupported' || asked?.by === 'malformed') return { microversion: oldest };
    // Where all headers of the answer were left out, so was perhaps the one of the request.
    if (asked?.by === 'absent' && known.responseHeaders) return { microversion: oldest };
    const version = answered ?? asked?.version;
    // An answer that does not say which one is the newest deviates in that, if it is Nova's.
    if (version === undefined && asked?.by === 'newest') return { microversion: newest };
    if (version === undefined) return 'nothing says at which microversion it was';
    return `the contract describes ${oldest} to ${newest}, not ${version}`;
  }

  #within(version: string): boolean {
    const { oldest, newest } = this.#contract;
    return compareMicroversions(version, oldest) >= 0 && compareMicroversions(version, newest) <= 0;
  }

  #refusesNumbers(status: number): boolean {
    const { unsupported } = this.#contract.data.traffic.microversions;
    const rule = this.#contract.documentAt(this.#contract.newest)['x-novaspec'].rules[unsupported];
    return rule !== undefined && statusesOf(rule).includes(status);
  }

  #subject(recorded: Recorded, route: Route, { name }: Operation, asked: Asked | null, microversion: string): Subject {
    const book = this.#bookOf(name, microversion);
    const { status } = recorded.exchange.response;
    const declared = book.operation.declared[status];
    return {
      ...recorded,
      contract: this.#contract,
      schemas: version => this.#schemasAt(version),
      route,
      book,
      asked,
      microversion,
      requested: asked?.version !== undefined && this.#within(asked.version) ? asked.version : microversion,
      accepted: declared ? declared.fault === undefined : Math.floor(status / 100) === 2,
      values: valuesOf(recorded, route),
    };
  }

  #verdict(
    subject: Subject,
  ): Pick<TrafficVerdict, 'verdict' | 'why' | 'rules' | 'deviations' | 'findings' | 'exchange'> {
    const judgements = [
      ...judgeRequest(subject),
      ...judgeAnswer(subject),
      ...judgeTold(subject),
      ...judgeAnswerHeaders(subject),
      ...this.#kept.judge(subject),
    ];
    const all = judgements.flatMap(({ rule, deviations }) => deviations.map(each => ({ rule, ...each })));
    const counts = ({ level }: RuleDeviation) => level !== 'informative' && this.#levels.includes(level);
    const deviations = distinct(all.filter(counts));
    const findings = distinct(all.filter(each => !counts(each)));
    const rules = [...new Set(judgements.map(({ rule }) => rule))];
    if (rules.length === 0)
      return { verdict: 'not judged', why: 'no rule is about such an answer', rules, deviations, findings };
    const kept = all.length > 0 ? { exchange: redacted(subject.exchange) } : {};
    return { verdict: deviations.length > 0 ? 'fail' : 'pass', rules, deviations, findings, ...kept };
  }

  #schemasAt(microversion: string): Schemas {
    const from = this.#contract.classOf(microversion);
    const known = this.#schemas.get(from) ?? new Schemas(this.#contract.documentAt(from));
    this.#schemas.set(from, known);
    return known;
  }

  #bookOf(name: string, microversion: string): RuleBook {
    const key = `${name} ${this.#contract.classOf(microversion)}`;
    const known = this.#books.get(key);
    if (known) return known;
    const operation = this.#contract.operationsAt(microversion).find(each => each.name === name);
    if (!operation) throw new Error(`the contract has no operation ${name} at ${microversion}`);
    const book = ruleBook(this.#contract, operation, microversion);
    this.#books.set(key, book);
    return book;
  }
}

/** What two ways of looking find is told once. */
function distinct(deviations: readonly RuleDeviation[]): RuleDeviation[] {
  return [...new Map(deviations.map(each => [JSON.stringify(each), each])).values()];
}
