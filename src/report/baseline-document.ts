import { readFileSync } from 'node:fs';
import { Document, isSeq, parseDocument } from 'yaml';
import type { ProposedWaiver } from './propose-waivers.ts';
import type { Baseline } from './waiver.ts';

/** What all new waivers of a baseline have. */
export interface WaiverWords {
  reason: string;
  link?: string;
  expires?: string;
}

const commentLength = 300;

/** A new baseline as YAML; `head`: lines of its comment. */
export function newBaseline(head: readonly string[], proposed: readonly ProposedWaiver[], words: WaiverWords): string {
  const document = new Document({ waivers: [] });
  document.commentBefore = head.map(line => ` ${line}`).join('\n');
  addWaivers(document, proposed, words);
  return textOf(document);
}

/** A baseline as it was written, comments and all, without the waivers at `dropped` (numbers from 0) and with further ones. */
export function changedBaseline(
  { file }: Baseline,
  dropped: readonly number[],
  proposed: readonly ProposedWaiver[],
  words: WaiverWords,
): string {
  const document: Document = parseDocument(readFileSync(file, 'utf8'));
  for (const index of dropped.toReversed()) document.deleteIn(['waivers', index]);
  addWaivers(document, proposed, words);
  return textOf(document);
}

function addWaivers(
  document: Document,
  proposed: readonly ProposedWaiver[],
  { reason, link, expires }: WaiverWords,
): void {
  const list = document.get('waivers');
  if (!isSeq(list)) return;
  list.flow = list.items.length + proposed.length === 0;
  for (const { kind, name, when, comment } of proposed) {
    const node = document.createNode({
      [kind]: name,
      reason,
      ...(link === undefined ? {} : { link }),
      ...(expires === undefined ? {} : { expires }),
      ...(Object.keys(when).length === 0 ? {} : { when }),
    });
    const characters = Array.from(comment);
    const isLong = characters.length > commentLength;
    node.commentBefore = ` ${isLong ? `${characters.slice(0, commentLength).join('')}...` : comment}`;
    list.add(node);
  }
}

function textOf(document: Document): string {
  return document.toString({ lineWidth: 0 });
}
