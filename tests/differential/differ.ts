import { compare, type Difference } from './compare.ts';
import { explain, readKnown } from './known.ts';
import { type Part, playEmbedded } from './play.ts';
import type { Wanted } from './play-scenes.ts';
import type { Profile } from './profiles.ts';
import type { Answers } from './recording.ts';

/** How the embedded cloud differs from a real one. */
export interface Outcome {
  /** How many differences there are, and those that nobody has explained. */
  differences: number;
  unexplained: Difference[];
  /** How many each explanation explains, by its id. */
  counts: Map<string, number>;
  /** What could not be asked of the embedded cloud, or put away there. */
  problems: string[];
}

/** How often a course is watched again, each time three times as slow. */
const looks = 3;

/** Plays a part of the script on the embedded cloud and compares it with what a real one answered. */
export async function differ(
  profile: Profile,
  part: Part,
  real: Answers,
  wanted: Wanted = () => true,
): Promise<Outcome> {
  const { answers, problems } = await playEmbedded(profile.options, part, wanted);
  const known = readKnown();
  const outcome = () => {
    const differences = compare(real, answers, part);
    return { differences: differences.length, ...explain(profile.cloud, differences, known) };
  };
  let found = outcome();
  // A busy machine may not see all states of a course; what is there shows when all goes more slowly.
  for (let look = 1; look <= looks; look += 1) {
    const courses = found.unexplained.filter(({ what }) => what.startsWith('course '));
    if (courses.length === 0) break;
    const scenes = new Set(courses.map(({ step }) => step.replace(/: .*$/, '')));
    const unclear: Wanted = (scene, microversion) => scenes.has(`${scene}@${microversion}`);
    const again = await playEmbedded(profile.options, part, unclear, 3 ** look);
    // What was seen once is there, so only what was missed is taken from another look.
    for (const { step } of courses) {
      const answer = again.answers.get(step);
      if (answer?.course) answers.set(step, answer);
    }
    found = outcome();
  }
  return { ...found, problems };
}
