import type { Waived } from '../judge/verdict.ts';
import type { StaleWaiver } from './model.ts';
import { printableLine } from './printable.ts';

/** `vendor bug 1234 (https://bugs.example.org/1234, until 2027-03-31)` */
export function waiverText({ reason, link, expires }: Pick<Waived, 'reason' | 'link' | 'expires'>): string {
  const more = [...(link === undefined ? [] : [link]), ...(expires === undefined ? [] : [`until ${expires}`])];
  return printableLine(`${reason}${more.length === 0 ? '' : ` (${more.join(', ')})`}`);
}

/** `baseline.yaml:3: waiver of attach.tag no longer matches anything that fails (12 cases passed): remove it` */
export function staleText(file: string, { line, name, why }: StaleWaiver): string {
  return printableLine(`${file}:${line}: waiver of ${name} ${why}: remove it`);
}
