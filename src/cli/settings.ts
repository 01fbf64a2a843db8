/** One value of a setting, as its option takes it. */
export interface Word {
  text: string;
  /** What a message about it calls it: `novaspec.yaml:4: rule`, `NOVASPEC_RULE`. */
  label: string;
}

/** A setting as it stands at one place. */
export interface Setting {
  /** One; several, or none, for what can be repeated. */
  words: readonly Word[];
  /** As the command line's parser calls it. */
  source: 'cli' | 'env' | 'config';
  /** Where it stands, for people. */
  from: string;
  /** It is a variable that others know too, which is read where it is needed. */
  foreign?: true;
}

/** What one place says, by the names of the long options. */
export type Place = ReadonlyMap<string, Setting>;

/** What is in force of several places, the strongest first. */
export function inForceOf(places: readonly Place[]): Map<string, Setting> {
  const inForce = new Map<string, Setting>();
  for (const [index, place] of places.entries()) {
    const taken = new Set(places.slice(0, index).flatMap(stronger => takenAway(stronger, place)));
    for (const [name, setting] of place) {
      if (!inForce.has(name) && !taken.has(name)) inForce.set(name, setting);
    }
  }
  return inForce;
}

/** What makes no sense below what a stronger place says: filters beside other filters, and what belongs to another target. */
function takenAway(stronger: Place, weaker: Place): string[] {
  const taken: string[] = [];
  const named = stronger.get('case');
  if (named || stronger.has('rule') || stronger.has('suite')) taken.push('rule', 'case', 'suite');
  if (named) taken.push('level', 'shard');
  if (named?.words.every(({ text }) => pinned.test(text))) taken.push('microversions');
  // A cloud has tokens of its own, and a bare target has one user.
  if (stronger.has('os-cloud')) taken.push('token');
  if (stronger.has('target')) taken.push('persona');
  if (namesAnother(stronger, weaker)) {
    taken.push(...targets, 'volume-url', 'persona');
    // No token is sent to a target that it is not for.
    if (weaker.has('target')) taken.push('token');
  }
  return taken;
}

/** A case that brings its microversion along. */
const pinned = /@\d+\.\d+$/;

const targets = ['os-cloud', 'target'];

function namesAnother(stronger: Place, weaker: Place): boolean {
  const [one, other] = [stronger, weaker].map(place =>
    targets.flatMap(name => (place.get(name)?.words ?? []).map(({ text }) => `${name} ${text}`)),
  );
  return one?.[0] !== undefined && other?.[0] !== undefined && one[0] !== other[0];
}

let current: ReadonlyMap<string, Setting> = new Map();

/** From now on messages name the places of these settings; a process carries out one command. */
export function putInForce(settings: ReadonlyMap<string, Setting>): void {
  current = settings;
}

/** The settings of the command that is carried out. */
export function settingsInForce(): ReadonlyMap<string, Setting> {
  return current;
}

/** Whether an option stands on the command line itself. */
export function isTyped(name: string): boolean {
  return current.get(name)?.source === 'cli';
}

/** A message about an option, about the place that its value has come from. */
export function located(message: string): string {
  const name = /^--([a-z][a-z-]*)(?=[ :])/.exec(message)?.[1];
  const { source, words = [] } = current.get(name ?? '') ?? {};
  if (name === undefined || source === undefined || source === 'cli') return message;
  // What is wrong is quoted first; behind it stands what may be meant, or is known.
  const quoted = /'(.*?)'/.exec(message)?.[1];
  const blamed = words.find(({ text }) => quoted === text || quoted === text.split('=')[0]);
  const { label } = blamed ?? words[0] ?? {};
  return label === undefined ? message : relabelled(message, name, label);
}

/** A message about an option, with another name for it. */
export function relabelled(message: string, name: string, label: string): string {
  const own = `--${name}`;
  return message.startsWith(own) ? label + message.slice(own.length) : `${label}: ${message}`;
}
