import { shellQuote } from '../report/shell-quote.ts';
import { requestSeconds, type SelectionOptions, type TargetOptions } from './options.ts';

/** The command that repeats a run on the same target, without what selects cases; the token stays in the environment. */
export function repeatCommand(options: TargetOptions & SelectionOptions & { wait?: number }): string {
  const { target, volumeUrl, osCloud, persona, insecure, cacert, seed, volume, timeout, wait } = options;
  const words = [
    ...(osCloud === undefined ? [] : ['--os-cloud', osCloud]),
    ...(target === undefined ? [] : ['--target', target]),
    ...(volumeUrl === undefined ? [] : ['--volume-url', volumeUrl]),
    ...Object.entries(persona).flatMap(([name, cloud]) => ['--persona', `${name}=${cloud}`]),
    ...volume.flatMap(id => ['--volume', id]),
    ...(insecure ? ['--insecure'] : []),
    ...(cacert === undefined ? [] : ['--cacert', cacert]),
    ...(timeout === requestSeconds ? [] : ['--timeout', String(timeout)]),
    ...(wait === undefined ? [] : ['--wait', String(wait)]),
    ...(seed === 1 ? [] : ['--seed', String(seed)]),
  ];
  return ['npx', 'novaspec', 'run', ...words.map(shellQuote)].join(' ');
}
