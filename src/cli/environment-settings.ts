import type { SettingKind } from './setting-kinds.ts';
import type { Place, Setting } from './settings.ts';

/** Variables of other clients that say what an option says; who needs them reads them. */
const known: Readonly<Record<string, string>> = { 'os-cloud': 'OS_CLOUD', token: 'OS_TOKEN' };

/** Their values may hold commas. */
const lineByLine = new Set(['case', 'redact']);

/** The variable that says what an option says. */
export function variableOf(name: string): string {
  return `NOVASPEC_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** What the environment says. Empty variables do not count. */
export function environmentSettings(kinds: ReadonlyMap<string, SettingKind>, env: NodeJS.ProcessEnv): Place {
  const place = new Map<string, Setting>();
  for (const [name, kind] of kinds) {
    const own = variableOf(name);
    const other = known[name];
    if (env[own]) {
      const words = wordsIn(env[own], name, kind).map(text => ({ text, label: own }));
      place.set(name, { words, source: 'env', from: `environment ${own}` });
    } else if (other !== undefined && env[other]) {
      place.set(name, { words: [{ text: env[other], label: other }], source: 'env', from: other, foreign: true });
    }
  }
  return place;
}

/** Values of what can be repeated stand in lines of their own, or between commas where there is one line. */
function wordsIn(text: string, name: string, kind: SettingKind): string[] {
  if (kind !== 'list' && kind !== 'map') return [text];
  const separator = text.includes('\n') || lineByLine.has(name) ? '\n' : ',';
  return text
    .split(separator)
    .map(each => each.trim())
    .filter(each => each !== '');
}
