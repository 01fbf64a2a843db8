import { exec, type JsonValue } from 'jsonpath-rfc9535';

/** The first value at a JSONPath of a JSON text; undefined where there is none. */
export function valueAt(path: string, text: string): unknown {
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  let found: unknown;
  exec(json, path, value => {
    found ??= value;
  });
  return found;
}
