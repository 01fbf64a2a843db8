import type { Json } from '../../json.ts';

/** The part of JSON Schema that Nova's requests use; a `pattern` has Python's source and its equivalent here. */
export interface Schema {
  type: readonly ('string' | 'null' | 'boolean' | 'object' | 'array')[];
  minLength?: number;
  maxLength?: number;
  pattern?: { readonly source: string; readonly test: RegExp };
  format?: 'uuid' | 'ipv4' | 'ipv6';
  enum?: readonly Json[];
  items?: Schema;
  properties?: Record<string, Schema>;
  /** For the members that `properties` does not name. */
  patternProperties?: { readonly pattern: RegExp; readonly schema: Schema };
  minProperties?: number;
  maxProperties?: number;
  required?: string[];
  additionalProperties?: boolean;
}
