import { fillPattern } from '../plan/placeholders.ts';
import type { Deviation } from './verdict.ts';

/** The envelope of a refusal: its key and what it says; null where the body is none. */
export function refusalOf(json: unknown): { key: string; message: string } | null {
  const [key, fault] = typeof json === 'object' && json !== null ? (Object.entries(json)[0] ?? []) : [];
  const message = (fault as { message?: unknown } | null | undefined)?.message;
  return key === undefined || typeof message !== 'string' ? null : { key, message };
}

/** Compares the message of a refusal with a regular expression. Wording is published nowhere, so another one never fails a case. */
export function judgeMessage(pattern: string, json: unknown, values: Record<string, string>): Deviation[] {
  const refusal = refusalOf(json);
  const filled = fillPattern(pattern, values);
  if (refusal === null || new RegExp(filled).test(refusal.message)) return [];
  const received = JSON.stringify(refusal.message);
  return [{ what: 'message', expected: `/${filled}/`, received, level: 'informative' }];
}
