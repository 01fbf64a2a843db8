import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, LineCounter, parseDocument, type Scalar, visit } from 'yaml';
import { errorCode } from '../error-code.ts';
import { TargetError } from '../errors.ts';
import { isMapping, type Mapping } from '../json.ts';
import { findMisfit } from './outline.ts';

/** A file of clouds, checked for its outline. */
export interface CloudsFile {
  path: string;
  data: Mapping;
  /** `path:line` of a key, for messages; of the nearest key above it where it is absent. */
  where(keys: string[]): string;
}

/**
 * Reads the first file of the list that exists and may be read; null when there is none. `root` is the key above the clouds.
 * Where openstacksdk skips a broken file with a warning, this fails: the next file could hold a cloud of the same name, and
 * the suite would run against the wrong one.
 * @throws TargetError `config` with file, line and column
 */
export function readFirst(paths: string[], root: 'clouds' | 'public-clouds'): CloudsFile | null {
  for (const path of paths) {
    const text = readIfAny(path);
    if (text !== null) return parse(path, text, root);
  }
  return null;
}

function readIfAny(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(code)) return null;
    throw new TargetError('config', `${path} cannot be read (${code})`);
  }
}

function parse(path: string, text: string, root: string): CloudsFile {
  const lineCounter = new LineCounter();
  // PyYAML, which openstacksdk uses, reads YAML 1.1 (`verify: no` is a boolean, `<<` merges).
  const document = parseDocument(text, { version: '1.1', lineCounter, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error) {
    const [first] = error.message.split('\n');
    throw new TargetError('config', `${at(error.pos[0])}: ${first}`, 'this is not valid YAML');
  }
  visit(document, { Scalar: (_, node) => keepAsWritten(node) });
  const misfit = findMisfit(document, root);
  if (misfit) throw new TargetError('config', `${at(misfit.offset)}: ${misfit.what} must be ${misfit.expected}`);

  return {
    path,
    data: toMapping(document, path),
    where(keys) {
      let place = path;
      let node: unknown = document.contents;
      for (const key of keys) {
        const pair = isMap(node)
          ? node.items.find(item => isScalar(item.key) && String(item.key.value) === key)
          : undefined;
        if (!pair || !isScalar(pair.key) || !pair.key.range) break;
        place = `${path}:${lineCounter.linePos(pair.key.range[0]).line}`;
        node = pair.value;
      }
      return place;
    },
  };
}

function toMapping(document: Document, path: string): Mapping {
  try {
    const data: unknown = document.toJS();
    return isMapping(data) ? data : {};
  } catch (error) {
    // Aliases are followed only here: one without its anchor, or a flood of them.
    throw new TargetError('config', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Numbers, dates and a single `y` or `n` become text: an all-digit project id must not be rounded, and so PyYAML reads the others. */
function keepAsWritten(node: Scalar): void {
  const { value, source } = node;
  if (source === undefined) return;
  const letter = typeof value === 'boolean' && source.length === 1;
  if (letter || typeof value === 'number' || typeof value === 'bigint' || value instanceof Date) node.value = source;
}
