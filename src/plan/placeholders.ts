const placeholder = /\{\{([^{}]+)\}\}/g;

/** Replaces `{{name}}` in all strings of a value; names without a value stay as they are. */
export function fill<T>(value: T, values: Readonly<Record<string, string>>): T {
  if (typeof value === 'string') {
    if (!value.includes('{{')) return value;
    return value.replaceAll(placeholder, (whole, name: string) => values[name] ?? whole) as T;
  }
  if (Array.isArray(value)) return value.map(item => fill<unknown>(item, values)) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill<unknown>(item, values)])) as T;
  }
  return value;
}

/** Replaces `{{name}}` in the source of a regular expression by the value taken literally. */
export function fillPattern(pattern: string, values: Readonly<Record<string, string>>): string {
  if (!pattern.includes('{{')) return pattern;
  const literal = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')]),
  );
  return fill(pattern, literal);
}

/** Values that stand for a target's while a plan checks generated requests against their schemas. */
export const standIns: Readonly<Record<string, string>> = {
  server_id: '5f3c7c5e-7a4d-4b0e-9c2a-0d6b8f1e2a31',
  volume_id: '0b9d4c1e-53a6-4f7e-8d21-6c7e5a9b3f42',
  other_volume_id: '7e2a9f50-1d3b-4c68-a5e7-94b0c6d8e153',
  unknown_id: 'd1c7b3a9-6e5f-4a82-b390-2f4e6d8c0a75',
};
