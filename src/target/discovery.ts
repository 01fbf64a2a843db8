import type { Client } from './client.ts';
import { TargetError } from './errors.ts';
import { listAt, type Mapping, mappingAt, parseJson, stringAt } from './json.ts';
import type { Tls } from './resolved.ts';
import { unexpectedAnswer } from './unexpected.ts';
import { userAgent } from './user-agent.ts';

/** The version of the compute API that has microversions. */
const apiId = 'v2.1';

/** Where the compute API is, and the microversions that it offers. */
export interface Discovered {
  /** Without trailing slash and project. */
  url: string;
  min: string;
  max: string;
  notes: string[];
}

/**
 * Asks the compute service at `root` (the endpoint without version) for its microversions. Links in the documents are ignored:
 * behind a proxy they often lead nowhere.
 * @throws TargetError `protocol` when no Nova with microversions answers there
 */
export async function discoverCompute(
  client: Client,
  root: string,
  token: string | null,
  tls: Tls,
): Promise<Discovered> {
  const headers = {
    Accept: 'application/json',
    'User-Agent': userAgent,
    ...(token === null ? {} : { 'X-Auth-Token': token }),
  };
  const ask = async (url: string) => {
    const answer = await client.send({ method: 'GET', url, headers }, tls);
    return { what: `GET ${client.redactor.text(url)}`, answer, json: parseJson(answer.body) };
  };
  const versioned = `${root}/${apiId}`;

  const asked = await ask(`${versioned}/`);
  const single = singleVersion(asked.json) ?? singleVersion((await ask(versioned)).json);
  if (single) return { url: versioned, ...rangeOf(asked.what, single), notes: [] };

  const atRoot = await ask(`${root}/`);
  // A version document at the root itself: this API has no version in its paths.
  const unversioned = singleVersion(atRoot.json);
  if (unversioned) return { url: root, ...rangeOf(atRoot.what, unversioned), notes: [] };
  const listed = listAt(atRoot.json, 'versions').find(version => stringAt(version, 'id') === apiId);
  if (listed === undefined) throw unexpectedAnswer(asked.what, asked.answer, 'is this the compute endpoint?');
  const note = `${asked.what} answered ${asked.answer.status} and no version document; the microversions are those that ${atRoot.what} lists`;
  return { url: versioned, ...rangeOf(atRoot.what, listed), notes: [note] };
}

function singleVersion(json: unknown): Mapping | undefined {
  const version = mappingAt(json, 'version');
  return stringAt(version, 'id') === apiId ? version : undefined;
}

function rangeOf(what: string, version: unknown): { min: string; max: string } {
  const min = stringAt(version, 'min_version');
  const max = stringAt(version, 'version');
  if (min === undefined || max === undefined) {
    throw new TargetError('protocol', `${what}: this Nova offers no microversions (version or min_version is empty)`);
  }
  for (const value of [min, max]) {
    if (!/^\d+\.\d+$/.test(value)) throw new TargetError('protocol', `${what}: "${value}" is not a microversion`);
  }
  return { min, max };
}
