import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { packageRoot, packageVersion } from '../root.ts';
import { isMapping } from '../target/json.ts';
import { groupBy } from './group-by.ts';
import { printableLine } from './printable.ts';
import type { StoredReport } from './stored-report.ts';

/** The file of a run's folder that holds its report. */
export const reportName = 'report.json';

const schemaUrn = /^urn:novaspec:report:(\d+)$/;
const valueLength = 60;

/** A report, and the file that it was read from. */
export interface ReadReport {
  file: string;
  report: StoredReport;
}

/**
 * Reads the report of a run, named by its folder or its file. Properties that its schema does not know are ignored: within a version
 * only such are added. A run that did not come to its end is `unfinished`.
 * @throws Error with one line that says which file is wrong, where, and how
 */
export function readReport(place: string, { unfinished }: { unfinished: 'accepted' | 'refused' }): ReadReport {
  const file = isFolder(place) ? join(place, reportName) : place;
  const content = parsed(file, textOf(file, place));
  const { schema, version } = ownSchema();
  const urn = isMapping(content) ? content.schema : undefined;
  const theirs = typeof urn === 'string' ? schemaUrn.exec(urn)?.[1] : undefined;
  if (theirs === undefined) throw new Error(`${file}: is no report of novaspec`);
  if (Number(theirs) > version) {
    throw new Error(
      `${file}: is a report of version ${theirs}; novaspec ${packageVersion} reads reports up to version ${version}`,
    );
  }
  const validate = validatorOf(schema);
  if (!validate(content)) throw new Error(`${file}: ${fault(validate.errors ?? [], content)}`);
  const report = content as StoredReport;
  const [twice] = [...groupBy(report.cases, ({ id }) => id)].find(([, same]) => same.length > 1) ?? [];
  if (twice !== undefined) throw new Error(`${file}: /cases: ${printableLine(twice)} is there twice`);
  if (unfinished === 'refused' && (!report.complete || report.finishedAt === null)) {
    throw new Error(`${file}: is the report of a run that did not come to its end`);
  }
  return { file, report };
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}

function textOf(file: string, place: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && file !== place)
      throw new Error(`${place}: holds no ${reportName}: is it the folder of a run?`, { cause: error });
    throw new Error(`${file}: cannot be read: ${missing ? 'there is no such file or folder' : reasonOf(error)}`, {
      cause: error,
    });
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: is not JSON: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return printableLine(error instanceof Error ? error.message : String(error));
}

interface OwnSchema {
  schema: Record<string, unknown>;
  /** The N of the reports that this novaspec writes. */
  version: number;
}

function ownSchema(): OwnSchema {
  const text = readFileSync(join(packageRoot, 'schemas', 'report.schema.json'), 'utf8');
  const schema = JSON.parse(text, opened) as OwnSchema['schema'];
  return { schema, version: Number(schemaUrn.exec(String(schema.$id))?.[1]) };
}

/** The schema is closed for what we write; what a later novaspec may have added is let in. */
function opened(key: string, value: unknown): unknown {
  return key === 'additionalProperties' && value === false ? undefined : value;
}

let compiled: ValidateFunction | undefined;

function validatorOf(schema: OwnSchema['schema']): ValidateFunction {
  if (compiled) return compiled;
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, code: { optimize: false }, validateSchema: false });
  addFormats.default(ajv);
  compiled = ajv.compile(schema);
  return compiled;
}

/** The first error that says something: that nothing of a choice fits says less than why. */
function fault(errors: readonly ErrorObject[], content: unknown): string {
  const [first] = errors.filter(({ keyword }) => !['oneOf', 'anyOf', 'if'].includes(keyword)).toSorted(deepestFirst);
  if (first === undefined) return 'is no report of novaspec';
  const { instancePath, keyword, message, params } = first;
  const place = instancePath === '' ? '/' : instancePath;
  const allowed = keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).join(', ')}` : '';
  const value = keyword === 'required' ? '' : `, not ${shown(valueAt(content, instancePath))}`;
  return printableLine(`${place}: ${message}${allowed}${value}`);
}

function deepestFirst(one: ErrorObject, other: ErrorObject): number {
  return other.instancePath.split('/').length - one.instancePath.split('/').length;
}

function valueAt(content: unknown, pointer: string): unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], content);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > valueLength ? `${text.slice(0, valueLength)}...` : text;
}
