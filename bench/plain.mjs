// @ts-check
import { execFileSync } from 'node:child_process';

/**
 * What the plain tests read.
 * @typedef {{
 *   origin: string, concurrency: number, tests: number, requests: import('./recorder.mjs').RecordedRequest[],
 *   documents: Record<string, Record<string, unknown>>, schemas: Record<string, string>
 * }} PlainRun
 */

/**
 * Microversion and operation of an exchange: `2.79 post list`; what is not about the API has a name that no schema has.
 * @param {Pick<import('./recorder.mjs').RecordedRequest, 'method' | 'url' | 'microversion'>} exchange
 */
export function operationOf({ method, url, microversion }) {
  const [, item] = /\/os-volume_attachments(\/[^/?]+)?(?:\?|$)/.exec(url) ?? [url, null];
  return `${microversion} ${method.toLowerCase()} ${item === null ? 'else' : item === undefined ? 'list' : 'item'}`;
}

/**
 * The schemas of answers at the microversions of some requests, as `novaspec spec` prints the contract.
 * @param {string} main the command
 * @param {import('./recorder.mjs').RecordedRequest[]} requests
 * @returns {Pick<PlainRun, 'documents' | 'schemas'>}
 */
export function schemasFor(main, requests) {
  /** @type {PlainRun['documents']} */
  const documents = {};
  /** @type {PlainRun['schemas']} */
  const schemas = {};
  for (const microversion of new Set(requests.map(request => request.microversion))) {
    const document = specOf(main, microversion);
    if (document === null) continue;
    documents[microversion] = document;
    for (const [path, operations] of Object.entries(/** @type {any} */ (document).paths)) {
      for (const [method, { responses = {} }] of Object.entries(operations)) {
        for (const [status, response] of Object.entries(responses)) {
          const named = response.$ref === undefined ? response : valueAt(document, response.$ref);
          const reference = named.content?.['application/json']?.schema?.$ref;
          const kind = path.endsWith('}') ? 'item' : 'list';
          if (reference) schemas[`${microversion} ${method} ${kind} ${status}`] = `${microversion}${reference}`;
        }
      }
    }
  }
  return { documents, schemas };
}

/**
 * @param {string} main
 * @param {string} microversion
 */
function specOf(main, microversion) {
  try {
    const text = execFileSync(process.execPath, [main, 'spec', '--microversion', microversion, '--json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /** @type {Record<string, unknown>} */ (JSON.parse(text));
  } catch {
    // Requests on purpose at microversions that nobody has.
    return null;
  }
}

/**
 * @param {any} document
 * @param {string} reference
 */
function valueAt(document, reference) {
  return reference
    .slice(2)
    .split('/')
    .reduce((value, step) => value?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}
