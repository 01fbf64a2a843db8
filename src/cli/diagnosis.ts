import type { Contract } from '../contract/contract.ts';
import { personaObstacle } from '../plan/capabilities.ts';
import type { Case, SkipReason } from '../plan/case.ts';
import type { Plan } from '../plan/plan.ts';
import { type StateOutlook, stateOutlook } from '../plan/state-outlook.ts';
import { groupBy } from '../report/group-by.ts';
import type { ChoiceFacts } from '../report/model.ts';
import { type Budget, shortages } from '../stage/budget.ts';
import { type CloudApi, describe, succeeded } from '../stage/cloud-api.ts';
import type { Quota } from '../stage/quota.ts';
import type { ResolvedTarget, Service } from '../target/resolved.ts';
import type { SettingRow } from './configure.ts';
import type { OpenTarget } from './open-target.ts';

/** What `doctor` found out. */
export interface Diagnosis {
  /** What the options, the environment and the configuration say, and the defaults. */
  settings: SettingRow[];
  target: { name: string; microversions: { min: string; max: string } };
  /** The microversions that the contract describes. */
  contract: { min: string; max: string };
  endpoints: EndpointHealth[];
  /** `obstacle`: why the persona cannot be played; null when it can. */
  personas: {
    persona: string;
    cloud: string | null;
    roles: string[] | null;
    project: string | null;
    obstacle: string | null;
  }[];
  /** `needs`: what makes it present. */
  features: { feature: string; present: boolean; needs: string }[];
  quota: Quota;
  choices: ChoiceFacts;
  states: StateOutlook[];
  plan: { cases: number; toRun: number; skipped: SkippedCases[] };
  estimate: Estimate;
  notes: string[];
  /** Why a run could not judge everything that is required; empty when it could. */
  unjudged: string[];
}

/** An endpoint; the median latency in milliseconds, or why it did not answer. Both null: not there, or asked for tokens only. */
export interface EndpointHealth {
  service: string;
  url: string | null;
  latencyMs: number | null;
  problem: string | null;
}

/** Cases that are skipped for the same reason. */
export interface SkippedCases {
  reason: SkipReason;
  detail: string;
  cases: number;
  required: number;
}

/** How long the requests of a run take, at the rate at which the cloud answered some reads. */
export interface Estimate {
  seconds: number;
  requestsPerCase: number;
  requestsPerSecond: number;
  /** How many reads were measured, as many at once as in a run. */
  reads: number;
}

/** How often each endpoint is asked for its latency. */
const looks = 3;

/** Looks at a target from all sides; only reads. */
export async function diagnose(
  contract: Contract,
  open: OpenTarget,
  plan: Plan,
  name: string,
  { servers }: Budget,
  settings: SettingRow[],
): Promise<Diagnosis> {
  const { target, api, capabilities, quota } = open;
  const { personas, capabilities: features } = contract.documentAt(contract.oldest)['x-novaspec'];
  const { missing, image, flavor, resizeFlavor, network, availabilityZone, volumeType } = open.choices;
  const endpoints = await endpointHealth(api, target);
  const skipped = skippedCases(plan.cases);
  const toRun = plan.cases.filter(({ skip }) => !skip).length;
  return {
    settings,
    target: { name, microversions: capabilities.microversions },
    contract: { min: contract.oldest, max: contract.newest },
    endpoints,
    personas: Object.keys(personas).map(persona => {
      const given = target.personas[persona];
      return {
        persona,
        cloud: given?.cloud ?? null,
        roles: given?.roles ?? null,
        project: given?.projectId ?? null,
        obstacle: personaObstacle(personas, capabilities, persona),
      };
    }),
    features: Object.entries(features).map(([feature, needs]) => ({
      feature,
      present: capabilities.features.includes(feature),
      needs,
    })),
    quota,
    choices: { image, flavor, resizeFlavor, network, availabilityZone, volumeType, servers },
    states: stateOutlook(contract, capabilities),
    plan: { cases: plan.cases.length, toRun, skipped },
    estimate: await estimate(api, toRun, target.http.concurrency),
    notes: open.notes,
    unjudged: [
      ...(toRun === 0 ? ['no case would run'] : []),
      ...skipped
        .filter(({ reason, required }) => required > 0 && reason !== 'microversion out of range')
        .map(({ reason, detail, required }) => `${required} required cases: ${reason}: ${detail}`),
      ...endpoints.flatMap(({ service, problem }) => (problem === null ? [] : [`${service} endpoint: ${problem}`])),
      ...[missing.image, missing.flavor].filter(each => each !== null),
      ...shortages(contract.data.stage, quota, flavor),
    ],
  };
}

async function endpointHealth(api: CloudApi, target: ResolvedTarget): Promise<EndpointHealth[]> {
  const { credentials } = target.personas.member ?? {};
  const identity = credentials?.kind === 'keystone' ? credentials.authUrl : null;
  const paths: [Service, string, string | undefined][] = [
    ['compute', '/servers', target.compute.url],
    ['volume', '/volumes', target.volume?.url],
    ['image', '/images', target.image?.url],
    ['network', '/networks', target.network?.url],
  ];
  const asked = paths.map(async ([service, path, url]): Promise<EndpointHealth> => {
    if (url === undefined) return { service, url: null, latencyMs: null, problem: null };
    return { service, url, ...(await latency(api, service, path)) };
  });
  return [{ service: 'identity', url: identity, latencyMs: null, problem: null }, ...(await Promise.all(asked))];
}

async function latency(
  api: CloudApi,
  service: Service,
  path: string,
): Promise<Pick<EndpointHealth, 'latencyMs' | 'problem'>> {
  const took: number[] = [];
  try {
    while (took.length < looks) {
      const exchange = await api.ask('member', service, 'GET', path);
      if (!succeeded(exchange)) return { latencyMs: null, problem: describe(exchange) };
      took.push(Math.round(exchange.durationMs));
    }
  } catch (error) {
    return { latencyMs: null, problem: error instanceof Error ? error.message : String(error) };
  }
  return { latencyMs: took.toSorted((a, b) => a - b)[Math.floor(looks / 2)] ?? null, problem: null };
}

/** Reads of servers and volumes by turns, as most cases look at both; what a run waits for cannot be known before. */
async function estimate(api: CloudApi, cases: number, concurrency: number): Promise<Estimate> {
  const reads = concurrency * looks;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: reads }, (_, index) =>
      index % 2 === 0 || !api.hasVolumes
        ? api.ask('member', 'compute', 'GET', '/servers/detail')
        : api.ask('member', 'volume', 'GET', '/volumes/detail'),
    ),
  );
  const requestsPerSecond = reads / ((performance.now() - start) / 1000);
  const { requests_per_case: requestsPerCase } = api.data.estimate;
  return { seconds: (cases * requestsPerCase) / requestsPerSecond, requestsPerCase, requestsPerSecond, reads };
}

function skippedCases(cases: readonly Case[]): SkippedCases[] {
  const skipped = cases.flatMap(({ skip, level }) => (skip ? [{ ...skip, level }] : []));
  return [...groupBy(skipped, ({ reason, detail }) => `${reason}: ${detail}`)]
    .map(([, members]) => ({
      reason: members[0].reason,
      detail: members[0].detail,
      cases: members.length,
      required: members.filter(({ level }) => level === 'required').length,
    }))
    .toSorted((a, b) => b.cases - a.cases);
}
