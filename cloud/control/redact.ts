import { isObject, type Json, parseJson } from '../json.ts';

const HIDDEN = '***';

const secretHeaders = new Set(['x-auth-token', 'x-subject-token', 'x-service-token', 'authorization', 'cookie']);

/** Members of bodies that hold a secret, in any service. */
const secretMembers = new Set(['password', 'original_password', 'secret', 'adminPass', 'admin_pass']);

/** A token of this cloud, wherever it stands. */
const tokens = /gAAAAA[\w-]{20,}/g;

/** A secret in a text that is no JSON as a whole. */
const secretTexts = /("(?:password|original_password|secret|adminPass|admin_pass)"\s*:\s*")[^"]*/g;

/** A header's value, or stars. */
export function redactedHeader(name: string, value: string): string {
  return secretHeaders.has(name.toLowerCase()) ? HIDDEN : value.replaceAll(tokens, HIDDEN);
}

/** A body as JSON where it is some, else as text; null where there is none. */
export function redactedBody(text: string): Json {
  if (text === '') return null;
  const value = parseJson(text);
  if (value === undefined) return redactedText(text);
  try {
    return redacted(value);
  } catch {
    // Nested more deeply than the stack reaches.
    return redactedText(text);
  }
}

/** A text without tokens, and without what stands behind the name of a secret. */
export function redactedText(text: string): string {
  return text.replaceAll(tokens, HIDDEN).replaceAll(secretTexts, `$1${HIDDEN}`);
}

function redacted(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll(tokens, HIDDEN);
  if (Array.isArray(value)) return value.map(redacted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]): [string, Json] => {
    const secret = secretMembers.has(key) && (typeof member === 'string' || typeof member === 'number');
    return [key, secret ? HIDDEN : redacted(member ?? null)];
  });
  return Object.fromEntries(members);
}
