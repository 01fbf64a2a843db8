/** What stands for a secret. */
export const mask = '***';

/** Names of headers whose values are secrets by themselves. */
const secretHeaders = new Set([
  'x-auth-token',
  'x-subject-token',
  'x-service-token',
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
]);

/** Properties whose texts are secrets, or are for administrators alone, wherever they stand. */
const secretKeys = [
  'adminPass',
  'auth_password',
  'hypervisor_hostname',
  'OS-EXT-SRV-ATTR:host',
  'OS-EXT-SRV-ATTR:hypervisor_hostname',
  'OS-EXT-SRV-ATTR:instance_name',
  'OS-EXT-SRV-ATTR:user_data',
  'os-vol-host-attr:host',
  'traceback',
];

const keyed = new RegExp(`("(?:${secretKeys.join('|')})"\\s*:\\s*")(?:[^"\\\\]|\\\\.)*"`, 'g');

/** Below this length a secret is sought as a whole word only: a password `admin` must not eat half of `administrator`. */
const wordLength = 12;

/** Replaces known secrets, those that a cloud makes up (`adminPass` ...), and what the user's patterns match, by `***`. */
export class Redactor {
  readonly #secrets = new Set<string>();
  readonly #patterns: readonly RegExp[];
  #pattern: RegExp | null = null;

  /** `patterns`: sources of regular expressions that match no empty text. */
  constructor(secrets: Iterable<string> = [], patterns: readonly string[] = []) {
    this.#patterns = patterns.map(pattern => new RegExp(pattern, 'g'));
    for (const secret of secrets) this.add(secret);
  }

  /** From now on `secret` is replaced too, also where it is percent-encoded or escaped in JSON. */
  add(secret: string): void {
    if (secret === '' || this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    const forms = new Set<string>();
    for (const known of this.#secrets) {
      for (const form of [known, encodeURIComponent(known), JSON.stringify(known).slice(1, -1)]) forms.add(form);
    }
    // Longest first: one secret may be the beginning of another.
    const alternatives = [...forms].toSorted((a, b) => b.length - a.length).map(toPattern);
    this.#pattern = new RegExp(alternatives.join('|'), 'g');
  }

  text(text: string): string {
    let clean = this.#pattern === null ? text : text.replace(this.#pattern, mask);
    clean = clean.replace(keyed, `$1${mask}"`);
    for (const pattern of this.#patterns) clean = clean.replace(pattern, mask);
    return clean;
  }

  /** The same value with secrets replaced in its strings; keys stay. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map(item => this.json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        typeof item === 'string' && secretKeys.includes(key) ? mask : this.json(item),
      ]),
    );
  }

  headers(headers: Record<string, string>): Record<string, string> {
    // Nearly always there is nothing to replace, and one look at all values is cheaper than one at each.
    const names = Object.keys(headers);
    const values = Object.values(headers).join('\n');
    if (!names.some(name => secretHeaders.has(name.toLowerCase())) && this.text(values) === values) return headers;
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        secretHeaders.has(name.toLowerCase()) ? mask : this.text(value),
      ]),
    );
  }
}

function toPattern(form: string): string {
  const literal = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return form.length < wordLength ? `(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])` : literal;
}
