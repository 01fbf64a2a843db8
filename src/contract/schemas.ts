import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type ContractDocument, directPointer, escapePointer } from './contract.ts';

/** One place where a value breaks a schema. */
export interface SchemaError {
  /** JSON pointer into the value; the missing or unexpected property included. */
  pointer: string;
  keyword: string;
  /** What the schema wants there, in words. */
  message: string;
}

/**
 * Any spelling that Python's `uuid.UUID` reads: upper case, braces, `urn:uuid:`, no dashes
 * (nova/api/validation/parameter_types.py@master:392).
 */
function isNovaUuid(text: string): boolean {
  const digits = text
    .replaceAll('urn:', '')
    .replaceAll('uuid:', '')
    .replaceAll(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '');
  return /^[0-9a-f]{32}$/i.test(digits);
}

/** Validates values against the schemas of one resolved document; schemas compile when they are first used. */
export class Schemas {
  private readonly document: ContractDocument;
  private readonly ajv: Ajv2020;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: ContractDocument) {
    this.document = document;
    this.ajv = new Ajv2020({
      strict: true,
      allowUnionTypes: true,
      allErrors: true,
      // Most schemas see a few values only: what matters is how fast they compile.
      inlineRefs: false,
      code: { optimize: false },
      // The tests check the schemas; the meta-schema, compiled for each document, would cost more than all of them.
      validateSchema: false,
    });
    addFormats.default(this.ajv);
    this.ajv.addFormat('nova-uuid', isNovaUuid);
    // The document is one big schema resource, so that references between its parts resolve.
    this.ajv.addVocabulary(Object.keys(document));
    this.ajv.addSchema(document, 'contract');
  }

  /** The errors of a value against the schema at a JSON pointer of the document, in a stable order. */
  errors(pointer: string, value: unknown): SchemaError[] {
    const validate = this.compile(pointer);
    if (validate(value)) return [];
    // Schemas that are composed of others say the same thing about one place several times.
    const errors = (validate.errors ?? []).map(describe);
    return [...new Map(errors.map(error => [`${error.pointer} ${error.message}`, error])).values()];
  }

  private compile(pointer: string): ValidateFunction {
    let validate = this.compiled.get(pointer);
    if (!validate) {
      validate = this.ajv.compile({ $ref: `contract#${encodeURI(directPointer(this.document, pointer))}` });
      this.compiled.set(pointer, validate);
    }
    return validate;
  }
}

function describe(error: ErrorObject): SchemaError {
  const params = error.params as {
    missingProperty?: string;
    additionalProperty?: string;
    allowedValues?: unknown[];
    allowedValue?: unknown;
  };
  const property = params.missingProperty ?? params.additionalProperty;
  const pointer = property === undefined ? error.instancePath : `${error.instancePath}/${escapePointer(property)}`;
  const message = params.missingProperty
    ? 'a required property'
    : params.additionalProperty
      ? 'no such property'
      : params.allowedValues
        ? `one of ${JSON.stringify(params.allowedValues)}`
        : 'allowedValue' in params
          ? JSON.stringify(params.allowedValue)
          : (error.message ?? error.keyword);
  return { pointer, keyword: error.keyword, message };
}
