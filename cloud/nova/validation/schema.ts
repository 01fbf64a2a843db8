import type { Json } from '../../json.ts';

/** The part of JSON Schema that Nova's attachments use; a `pattern` has Python's source and its equivalent here. */
export interface Schema {
  type: readonly ('string' | 'null' | 'boolean' | 'object' | 'array')[];
  minLength?: number;
  maxLength?: number;
  pattern?: { readonly source: string; readonly test: RegExp };
  format?: 'uuid';
  enum?: readonly Json[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
}
