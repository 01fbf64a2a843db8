import type { ChoiceFacts } from './model.ts';

/** One choice for a reader: `flavor`, `m1.nano`, and the id where the name is not the id already. */
export interface ChoiceRow {
  label: string;
  text: string;
  id: string | null;
}

/** What a run makes servers and volumes of, one row a choice. */
export function choiceRows({ image, flavor, resizeFlavor, network, ...rest }: ChoiceFacts): ChoiceRow[] {
  return [
    row('image', image, 'missing'),
    row('flavor', flavor, 'missing'),
    row('resize flavor', resizeFlavor, 'missing'),
    network === 'none' ? row('network', null, 'none') : row('network', network, "the project's only one"),
    row('availability zone', null, rest.availabilityZone ?? "the cloud's own"),
    row('volume type', null, rest.volumeType ?? "the cloud's own"),
  ];
}

function row(label: string, choice: { id: string; name: string } | null, otherwise: string): ChoiceRow {
  const id = choice === null || choice.id === choice.name ? null : choice.id;
  return { label, text: choice?.name ?? otherwise, id };
}
