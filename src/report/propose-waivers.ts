import { compareMicroversions } from '../contract/microversion.ts';
import { microversionRanges } from '../plan/microversion-ranges.ts';
import { plainCauseOf } from './cause-of.ts';
import { groupBy } from './group-by.ts';
import { plural } from './plural.ts';
import type { Planned } from './stale-waivers.ts';
import type { StoredCase } from './stored-report.ts';
import { coveredBy, holdsFor, isTwice, type Waiver } from './waiver.ts';

/** A waiver that failures of a run ask for; its reason is for somebody to write. */
export interface ProposedWaiver {
  kind: Waiver['kind'];
  name: string;
  when: { microversions?: string; max?: string };
  /** What was expected and received, in one line. */
  comment: string;
}

/** What is known of a rule at one microversion. */
interface Standing {
  failed: number;
  passed: number;
  /** Cases of the target of which the run says nothing. */
  open: number;
}

/**
 * Waivers for all failed cases of a run that none of `kept` covers: of a rule where all of it that was judged failed, or all of it
 * from one microversion to another; else of one variant of it, in the same way; of single cases otherwise. `whole` is the plan for the target without what the run left out.
 */
export function proposeWaivers(
  cases: readonly StoredCase[],
  whole: readonly Planned[],
  kept: readonly Waiver[],
  targetMax: string,
): ProposedWaiver[] {
  const isKept = kept.filter(each => holdsFor(each, targetMax)).map(coveredBy);
  const failed = cases.filter(one => isFailure(one) && !isKept.some(test => test(one)));
  const proposed: ProposedWaiver[] = [];
  // A rule is a family too: `attach.tag` covers `attach.tag.long`, so it comes first.
  const rules = [...groupBy(failed, ({ rule }) => rule)].toSorted(([one], [other]) => one.length - other.length);
  for (const [rule, all] of rules) {
    const tests = proposed.map(each => coveredBy(asWaiver(each)));
    const members = all.filter(one => !tests.some(test => test(one)));
    const wide = (kind: Waiver['kind'], name: string, some: readonly StoredCase[]) =>
      fitted(wideWaivers(kind, name, some, cases, whole), kept, targetMax);
    const ofRule = members.length > 0 ? wide('rule', rule, members) : null;
    if (ofRule) {
      proposed.push(ofRule);
      continue;
    }
    for (const [variant, same] of groupBy(members, variantOf)) {
      const ofVariant = same.length > 1 ? wide('case', `${variant}@*`, same) : null;
      if (ofVariant) proposed.push(ofVariant);
      else proposed.push(...same.flatMap(one => fitted([ofCase(one)], kept, targetMax) ?? []));
    }
  }
  const place = (each: ProposedWaiver) => failed.findIndex(coveredBy(asWaiver(each)));
  return proposed
    .map(each => ({ each, at: place(each) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

function isFailure({ verdict }: StoredCase): boolean {
  return verdict === 'fail' || verdict === 'waived';
}

function ofCase(one: StoredCase): ProposedWaiver {
  return { kind: 'case', name: one.id, when: {}, comment: plainCauseOf(one) };
}

/** What stands before the microversion in a case's id. */
function variantOf({ id, microversion }: StoredCase): string {
  return id.slice(0, id.length - microversion.length - 1);
}

/** Waivers of many cases, the widest first, perhaps from one microversion to another; none where they would waive what did not fail. */
function wideWaivers(
  kind: Waiver['kind'],
  name: string,
  members: readonly StoredCase[],
  cases: readonly StoredCase[],
  whole: readonly Planned[],
): ProposedWaiver[] {
  const standings = standingsOf(cases, whole, coveredBy(asWaiver({ kind, name, when: {}, comment: '' })));
  const versions = [...standings.keys()].toSorted(compareMicroversions);
  const fails = (at: string) => isBroken(standings.get(at));
  const own = members.map(({ microversion }) => microversion).toSorted(compareMicroversions);
  const between = versions.slice(versions.indexOf(own[0] ?? ''), versions.indexOf(own.at(-1) ?? '') + 1);
  if (!own.every(fails) || between.some(at => (standings.get(at)?.passed ?? 0) > 0)) return [];
  const [first] = members;
  const comment =
    first === undefined ? '' : `${plural(members.length, 'case')}, e.g. ${first.id}: ${plainCauseOf(first)}`;
  const whens = [...(versions.every(fails) ? [{}] : []), { microversions: rangesOf(between, fails) }];
  return whens.map(when => ({ kind, name, when, comment }));
}

/** Whether all that there is was judged, or cannot be, and nothing passed. */
function isBroken(standing: Standing | undefined): boolean {
  return standing !== undefined && standing.failed > 0 && standing.passed === 0 && standing.open === 0;
}

/** `2.1,2.60-2.79`: what is between others that are not meant ends there. */
function rangesOf(versions: readonly string[], isMeant: (at: string) => boolean): string {
  const ranges: [string, string][] = [];
  let isOpen = false;
  for (const at of versions) {
    const last = ranges.at(-1);
    if (isMeant(at) && isOpen && last) last[1] = at;
    else if (isMeant(at)) ranges.push([at, at]);
    isOpen = isMeant(at);
  }
  return ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',');
}

/** Microversions at which something failed, passed, or is not known. */
function standingsOf(
  cases: readonly StoredCase[],
  whole: readonly Planned[],
  isMember: (one: Planned) => boolean,
): Map<string, Standing> {
  const standings = new Map<string, Standing>();
  const count = (at: string, what: keyof Standing) => {
    const standing = standings.get(at) ?? { failed: 0, passed: 0, open: 0 };
    standing[what] += 1;
    standings.set(at, standing);
  };
  for (const one of cases.filter(isMember)) {
    if (isFailure(one)) count(one.microversion, 'failed');
    else if (one.verdict === 'pass') count(one.microversion, 'passed');
    else if (one.verdict === 'unjudged') count(one.microversion, 'open');
  }
  const known = new Set(cases.map(({ id }) => id));
  for (const { id, microversion, skip } of whole.filter(isMember)) {
    if (!known.has(id) && skip?.reason !== 'microversion out of range') count(microversion, 'open');
  }
  return standings;
}

/** The first of these waivers that is no twin of a kept one, as it is or for targets of this release alone; null where there is none. */
function fitted(proposed: readonly ProposedWaiver[], kept: readonly Waiver[], max: string): ProposedWaiver | null {
  const narrow = proposed.map(each => ({ ...each, when: { ...each.when, max } }));
  return [...proposed, ...narrow].find(each => !kept.some(other => isTwice(other, asWaiver(each)))) ?? null;
}

function asWaiver({ kind, name, when: { microversions, max } }: ProposedWaiver): Waiver {
  return {
    file: '',
    line: 0,
    reason: '',
    kind,
    name,
    microversions: microversions === undefined ? null : microversionRanges(microversions),
    max: max === undefined ? null : microversionRanges(max),
  };
}
