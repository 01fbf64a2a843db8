import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { unknownName } from '../plan/selection.ts';
import { packageRoot } from '../root.ts';
import { groupBy } from './group-by.ts';
import { printableLine } from './printable.ts';

/** What leads to a value of a document. */
export type YamlPath = readonly (string | number)[];

/** A YAML file that somebody wrote by hand, checked by a published schema. */
export interface CheckedYaml<T> {
  /** As it was named. */
  file: string;
  data: T;
  /** `FILE:LINE` of what stands at a path; of the nearest thing above it where nothing does. */
  at: (path: YamlPath) => string;
  /** The same without the file. */
  lineOf: (path: YamlPath) => number;
  /** How the scalar at a path is written, without its quotes: 2.60, where the value would be 2.6. */
  text: (path: YamlPath) => string;
}

/** One thing that a schema does not allow. */
export interface YamlProblem {
  path: YamlPath;
  /** Of JSON Schema. */
  keyword: string;
  /** `FILE:LINE: what is wrong` */
  line: string;
}

/**
 * Reads a YAML file and checks it by one of `schemas/`: unknown keys (with the nearest known one), wrong types, values that are
 * not allowed, keys and items that are there twice. With `problems` those of the schema are put there, one for each item of a list,
 * and what stands at their paths may be anything.
 * @throws Error with one line: `FILE:LINE: what is wrong`
 */
export function readCheckedYaml<T>(file: string, schemaFile: string, problems?: YamlProblem[]): CheckedYaml<T> {
  const lines = new LineCounter();
  const source = textOf(file);
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const { line } = lines.linePos(problem.pos[0]);
    throw new Error(printableLine(`${file}:${line}: ${troubleOf(problem, source)}`));
  }
  const lineOf = (path: YamlPath): number => {
    for (let length = path.length; length >= 0; length -= 1) {
      const { shown } = found(document, path.slice(0, length));
      if (shown?.range) return lines.linePos(shown.range[0]).line;
    }
    return 1;
  };
  const at = (path: YamlPath) => `${file}:${lineOf(path)}`;
  const text = (path: YamlPath): string => {
    const { node } = found(document, path);
    return isScalar(node) ? (node.source ?? String(node.value)) : '';
  };
  let data: unknown;
  try {
    data = document.toJS() as unknown;
  } catch (error) {
    throw new Error(`${file}: ${printableLine(error instanceof Error ? error.message : String(error))}`, {
      cause: error,
    });
  }
  const schema = JSON.parse(readFileSync(join(packageRoot, 'schemas', schemaFile), 'utf8')) as Record<string, unknown>;
  const ajv = new Ajv2020({
    strict: true,
    // A choice may ask for properties that are described beside it.
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
    verbose: true,
    validateSchema: false,
  });
  addFormats.default(ajv);
  // What a schema says itself of a value that it refuses; editors show it too.
  ajv.addKeyword('errorMessage');
  const validate = ajv.compile<T>(schema);
  const checked = { file, at, lineOf, text };
  if (validate(data)) return { data, ...checked };
  const faults = [...groupBy(validate.errors ?? [], itemOf).values()].map(errors => faultOf(errors, at));
  if (problems === undefined) throw new Error(faults[0]?.line ?? `${at([])}: is not what its schema says`);
  problems.push(...faults);
  return { data: data as T, ...checked };
}

/** The item of a list that an error is in, or nothing: what is wrong in one item says nothing of the others. */
function itemOf({ instancePath }: ErrorObject): string {
  return /^.*?\/\d+(?=\/|$)/.exec(instancePath)?.[0] ?? '';
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    throw new Error(`${file}: cannot be read: ${printableLine(why)}`, { cause: error });
  }
}

/** What stands at a path, and where a reader looks for it: at the key of a pair, even if its value begins on the next line. */
function found(document: Document.Parsed, path: YamlPath): { node: ParsedNode | null; shown: ParsedNode | null } {
  let node: unknown = document.contents;
  let shown: unknown = node;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      [shown, node] = [pair?.key, pair?.value];
    } else {
      node =
        isNode(node) && 'get' in node ? (node as { get: (key: unknown, keep: true) => unknown }).get(step, true) : null;
      shown = node;
    }
    if (isAlias(node)) node = node.resolve(document);
  }
  return { node: parsed(node), shown: parsed(shown) };
}

function parsed(node: unknown): ParsedNode | null {
  return isNode(node) ? (node as ParsedNode) : null;
}

const unknownKey = ['additionalProperties', 'unevaluatedProperties'];
const choice = ['oneOf', 'anyOf', 'if', 'not'];
const formats: Record<string, string> = { date: 'date (YYYY-MM-DD)', uri: 'URL' };

/** A key that is not known may be why another one is missing; the deepest error says most; that no choice fits says least. */
function faultOf(errors: readonly [ErrorObject, ...ErrorObject[]], at: (path: YamlPath) => string): YamlProblem {
  const [first = errors[0]] = errors.toSorted((one, other) => rank(one) - rank(other) || depth(other) - depth(one));
  const { path, text } = placed(first);
  return { path: stepsOf(first.instancePath), keyword: first.keyword, line: printableLine(`${at(path)}: ${text}`) };
}

/** An error in words, and the place that a reader should look at. */
function placed({ keyword, instancePath, params, message = 'is wrong', parentSchema, data }: ErrorObject): {
  path: YamlPath;
  text: string;
} {
  const path = stepsOf(instancePath);
  const name = path.findLast(step => Number.isNaN(Number(step)));
  const subject = path.length === 0 ? '' : `${path.join('.')}: `;
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params.additionalProperty ?? params.unevaluatedProperty);
      const known = Object.keys((parentSchema as { properties?: object } | undefined)?.properties ?? {});
      return { path: [...path, key], text: unknownName(name ?? 'key', key, known) };
    }
    case 'enum': {
      const known = (params.allowedValues as unknown[]).map(String);
      return { path, text: unknownName(name ?? 'value', String(data), known) };
    }
    case 'required':
      return { path, text: `${subject}${String(params.missingProperty)} is missing` };
    case 'uniqueItems': {
      const twice = textOfValue((data as unknown[])[params.i as number]);
      return { path: [...path, String(params.i)], text: `${subject}${twice} is there twice` };
    }
    case 'format':
      return {
        path,
        text: `${subject}'${String(data)}' is no ${formats[String(params.format)] ?? String(params.format)}`,
      };
    default: {
      const { errorMessage } = parentSchema as { errorMessage?: string };
      const value = textOfValue(data);
      const why = errorMessage === undefined ? `${message}, not ${value}` : `${value} is invalid. ${errorMessage}`;
      return { path, text: subject + why };
    }
  }
}

function troubleOf({ code, message, pos: [start] }: YAMLError, source: string): string {
  return code === 'DUPLICATE_KEY' ? `${source.slice(start).split(/[:\n]/)[0]} is there twice` : message;
}

function textOfValue(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}

function rank({ keyword }: ErrorObject): number {
  return unknownKey.includes(keyword) ? 0 : choice.includes(keyword) ? 2 : 1;
}

function depth({ instancePath }: ErrorObject): number {
  return instancePath.split('/').length;
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
