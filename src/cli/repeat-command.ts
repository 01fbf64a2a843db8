import { shellQuote } from '../report/shell-quote.ts';
import type { SelectionOptions, TargetOptions } from './options.ts';

/** The command that repeats a run on the same target, without what selects cases; the token stays in the environment. */
export function repeatCommand(options: TargetOptions & SelectionOptions): string {
  const { target, volumeUrl, osCloud, persona, insecure, cacert, seed, volume } = options;
  const words = [
    ...(osCloud === undefined ? [] : ['--os-cloud', osCloud]),
    ...(target === undefined ? [] : ['--target', target]),
    ...(volumeUrl === undefined ? [] : ['--volume-url', volumeUrl]),
    ...Object.entries(persona).flatMap(([name, cloud]) => ['--persona', `${name}=${cloud}`]),
    ...volume.flatMap(id => ['--volume', id]),
    ...(insecure ? ['--insecure'] : []),
    ...(cacert === undefined ? [] : ['--cacert', cacert]),
    ...(seed === 1 ? [] : ['--seed', String(seed)]),
  ];
  return ['npx', 'novaspec', 'run', ...words.map(shellQuote)].join(' ');
}
