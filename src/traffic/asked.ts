import type { Contract } from '../contract/contract.ts';
import { compareMicroversions, isMicroversion } from '../contract/microversion.ts';
import type { AskedBy } from '../contract/traffic-data.ts';

/** The microversion that a request names, and how; the version is absent where there is none, or no well-formed one. */
export interface Asked {
  by: AskedBy;
  version?: string;
}

/** Reads it as Nova does (microversion_parse/__init__.py@HEAD:60). `headers`: lower-case names. */
export function askedBy(headers: Record<string, string>, contract: Contract): Asked {
  const { negotiation } = contract.documentAt(contract.oldest)['x-novaspec'];
  const { service, legacy, newest } = contract.data.traffic.negotiation;
  const header = headers[negotiation.header.toLowerCase()];
  const older = headers[legacy.toLowerCase()]?.split(',').at(-1)?.trim();
  const entries = (header ?? '').split(',').map(entry => /^(\S+)\s+(\S.*)$/.exec(entry.trim()) ?? []);
  const [, name, own] = entries.findLast(([, name]) => name?.toLowerCase() === service) ?? [];
  const text = own ?? older;
  if (text === undefined) return { by: 'absent' };
  if (text === newest) return { by: 'newest' };
  if (!isMicroversion(text)) return { by: 'malformed' };
  if (compareMicroversions(text, contract.oldest) < 0) return { by: 'unsupported', version: text };
  if (own === undefined) return { by: header === undefined ? 'legacy' : 'fallback', version: text };
  if (older !== undefined && older !== own) return { by: 'both', version: text };
  return { by: entries.length > 1 || name !== service ? 'list' : 'number', version: text };
}

/** The microversion that an answer names in one of its headers. */
export function answeredWith(headers: Record<string, string>, contract: Contract): string | undefined {
  const { negotiation } = contract.documentAt(contract.oldest)['x-novaspec'];
  const named = [negotiation.header, contract.data.traffic.negotiation.legacy].map(name =>
    headers[name.toLowerCase()]?.split(/[\s,]+/).at(-1),
  );
  return named.find(version => version !== undefined && isMicroversion(version));
}
