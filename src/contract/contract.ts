import type { OpenAPIV3_1 } from 'openapi-types';
import { type AsyncData, asyncRules } from './async-data.ts';
import { type HistoriesData, historyRules } from './histories-data.ts';
import { compareMicroversions } from './microversion.ts';
import type { GivenPatch, RequestPatch, RuleData } from './rule.ts';
import type { StageData } from './stage-data.ts';
import { type StateTable, stateRules } from './state-rules.ts';
import type { TrafficData } from './traffic-data.ts';

/** A JSON Schema of the contract. */
export type Schema = { [keyword: string]: unknown };

/** The `x-novaspec` part of an operation. */
export interface OperationData {
  /** Whether the operation changes something when it is accepted. */
  mutates?: boolean;
  /** The baseline of every rule: a request that would succeed. */
  given: GivenPatch & { server: string };
  request?: RequestPatch;
  /** Query as an object of values. */
  query?: Schema;
  /** Rules in the order in which their conditions are checked: itself a rule, about each pair of them. */
  order: Pick<RuleData, 'sentence' | 'level' | 'suite' | 'source'> & { id: string; conditions: string[] };
  /** Tables of situations; their rules are among `rules` too. */
  states?: Record<string, StateTable>;
  rules: Record<string, RuleData>;
}

/** The `x-novaspec` part of a document. */
export interface DocumentData {
  reviewed_until: string;
  negotiation: { header: string; value: string };
  personas: Record<string, { roles: string[]; without?: string[]; sentence: string }>;
  /** Capability -> what would make it present. */
  capabilities: Record<string, string>;
  /** What a server can be like -> in words, to stand after `is`. */
  situations: Record<string, string>;
  rules: Record<string, RuleData>;
}

/** A resolved OpenAPI 3.1 document of one class of microversions. */
export type ContractDocument = OpenAPIV3_1.Document & { 'x-novaspec': DocumentData };

/** An answer that an operation declares. */
export interface DeclaredResponse {
  /** JSON pointer of the schema of its body; null: it has no body. */
  schema: string | null;
  /** Key of the envelope, for refusals. */
  fault?: string;
}

/** One operation of a resolved document. */
export interface Operation {
  /** `list`, `show`, `attach`, `update` or `detach`. */
  name: string;
  /** Upper case. */
  method: string;
  /** With `{server_id}` and `{volume_id}`. */
  path: string;
  /** JSON pointer of the operation in the document. */
  pointer: string;
  summary: string;
  /** JSON pointer of the schema of the JSON body, if the operation takes one. */
  requestSchema: string | null;
  /** Declared statuses, `200` ... */
  responses: string[];
  /** What each of them declares. */
  declared: Record<string, DeclaredResponse>;
  data: OperationData;
}

/** Everything that the package knows about the API: plain data, so that it can cross to a worker. */
export interface ContractData {
  /** Ascending; each document holds from its microversion up to the next one's. */
  fragments: { from: string; file: string; document: ContractDocument }[];
  /** Published sentence id -> what it says. */
  sentences: Record<string, { section: string; text: string; awaits?: string }>;
  /** How servers and volumes are made ready for cases, and how long that may take. */
  stage: StageData;
  /** What was accepted gets done: courses, and the scenarios in which they are watched. */
  async: AsyncData;
  /** Generated sequences of requests, and requests at the same moment. */
  histories: HistoriesData;
  /** What recorded exchanges can be judged by. */
  traffic: TrafficData;
  /** Samples by microversion (`2.1`, `2.49` ...), then by name. */
  samples: { from: string; byName: Record<string, unknown> }[];
}

type RulesById = Record<string, Pick<RuleData, 'sentence' | 'level' | 'suite' | 'source'>>;

const methods = ['get', 'post', 'put', 'delete'] as const;

/** Answers "what does the contract say at 2.79?" */
export class Contract {
  readonly data: ContractData;
  // Asked for with every case, and never different.
  private readonly fragments = new Map<string, ContractData['fragments'][number]>();
  private readonly operations = new WeakMap<ContractDocument, Operation[]>();
  private readonly rules = new WeakMap<ContractDocument, RulesById>();

  constructor(data: ContractData) {
    this.data = data;
  }

  /** Lower ends of the classes of microversions, ascending. */
  get classes(): string[] {
    return this.data.fragments.map(fragment => fragment.from);
  }

  /** Oldest microversion that the contract describes. */
  get oldest(): string {
    return this.classes[0] ?? '';
  }

  /** Newest microversion that the contract describes. */
  get newest(): string {
    const reviewed = this.data.fragments[0]?.document['x-novaspec'].reviewed_until ?? '';
    const last = this.classes.at(-1) ?? '';
    return compareMicroversions(last, reviewed) > 0 ? last : reviewed;
  }

  /** Lower end of the class that `microversion` belongs to. */
  classOf(microversion: string): string {
    return this.fragment(microversion).from;
  }

  /** The resolved document at a microversion. */
  documentAt(microversion: string): ContractDocument {
    return this.fragment(microversion).document;
  }

  /** The operations at a microversion, in the document's order. */
  operationsAt(microversion: string): Operation[] {
    const document = this.documentAt(microversion);
    const operations =
      this.operations.get(document) ??
      operationsOf(document).map(operation => this.withLaterRules(operation, this.classOf(microversion)));
    this.operations.set(document, operations);
    return operations;
  }

  /** What describes the rules that hold at a microversion, by id. */
  rulesAt(microversion: string): RulesById {
    const document = this.documentAt(microversion);
    const known = this.rules.get(document);
    if (known) return known;
    const operations = this.operationsAt(microversion).map(({ data }) => data);
    const rules = Object.assign(
      { ...document['x-novaspec'].rules },
      ...operations.map(({ rules, order }) => ({ ...rules, [order.id]: order })),
    ) as RulesById;
    this.rules.set(document, rules);
    return rules;
  }

  /** What a rule says, with each microversion from which on it says something else. */
  sentenceOf(ruleId: string): string {
    const said: string[] = [];
    for (const from of this.classes) {
      const sentence = this.rulesAt(from)[ruleId]?.sentence;
      if (sentence === undefined || said.at(-1)?.endsWith(sentence)) continue;
      said.push(said.length === 0 ? sentence : `From ${from} on: ${sentence}`);
    }
    return said.join(' ');
  }

  /** The newest sample of a name at or below a microversion. */
  sampleAt(microversion: string, name: string): unknown {
    const from = this.data.samples.findLast(
      sample => name in sample.byName && compareMicroversions(sample.from, microversion) <= 0,
    );
    return from?.byName[name];
  }

  private withLaterRules(operation: Operation, microversion: string): Operation {
    const { name, declared, data } = operation;
    const accepted = Object.keys(declared).filter(status => declared[status]?.fault === undefined);
    const [status = 0, ...others] = accepted.map(Number);
    const success = others.length === 0 ? status : [status, ...others];
    const rules = {
      ...asyncRules(this.data.async, name, microversion, success),
      ...historyRules(this.data.histories, name, microversion, success),
    };
    return { ...operation, data: { ...data, rules: { ...data.rules, ...rules } } };
  }

  private fragment(microversion: string): ContractData['fragments'][number] {
    const fragment =
      this.fragments.get(microversion) ??
      this.data.fragments.findLast(each => compareMicroversions(each.from, microversion) <= 0);
    if (!fragment) throw new Error(`the contract says nothing about ${microversion}; it begins at ${this.oldest}`);
    this.fragments.set(microversion, fragment);
    return fragment;
  }
}

function operationsOf(document: ContractDocument): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap(method => {
      const operation = item?.[method];
      if (!operation) return [];
      const pointer = `/paths/${escapePointer(path)}/${method}`;
      const hasBody = operation.requestBody !== undefined;
      const responses = Object.keys(operation.responses ?? {});
      return [
        {
          name: operation.operationId ?? pointer,
          method: method.toUpperCase(),
          path,
          pointer,
          summary: operation.summary ?? '',
          requestSchema: hasBody ? `${pointer}/requestBody/content/application~1json/schema` : null,
          responses,
          declared: declaredBy(document, pointer, responses),
          data: withStateRules((operation as unknown as { 'x-novaspec': OperationData })['x-novaspec'], document),
        },
      ];
    }),
  );
}

function withStateRules(data: OperationData, document: ContractDocument): OperationData {
  const { situations } = document['x-novaspec'];
  return { ...data, rules: { ...data.rules, ...stateRules(data.states ?? {}, situations) } };
}

function declaredBy(document: ContractDocument, operation: string, statuses: string[]): Operation['declared'] {
  return Object.fromEntries(
    statuses.map(status => {
      const pointer = `${operation}/responses/${status}`;
      const found = resolvePointer(document, pointer) as { content?: unknown; 'x-novaspec-fault'?: string };
      const schema = found.content === undefined ? null : `${pointer}/content/application~1json/schema`;
      const fault = found['x-novaspec-fault'];
      return [status, { schema, ...(fault === undefined ? {} : { fault }) }];
    }),
  );
}

/** Escapes one step of a JSON pointer. */
export function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The value that a JSON pointer leads to, following local references; undefined where it leads nowhere. */
export function resolvePointer(document: unknown, pointer: string): unknown {
  return follow(document, pointer).value;
}

/** The pointer of the same place without references on the way. */
export function directPointer(document: unknown, pointer: string): string {
  return follow(document, pointer).pointer;
}

function follow(document: unknown, pointer: string): { value: unknown; pointer: string } {
  let place = { value: document, pointer: '' };
  for (const step of pointer.split('/').slice(1)) {
    const { value } = place;
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const inner = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    place = { value: inner, pointer: `${place.pointer}/${step}` };
    const reference = (inner as { $ref?: unknown } | null | undefined)?.$ref;
    if (typeof reference === 'string' && reference.startsWith('#/')) place = follow(document, reference.slice(1));
  }
  return place;
}
