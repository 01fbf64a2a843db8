import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Field } from '../behaviour/views.ts';
import type { Step } from '../nova/api/step.ts';
import type { Schema } from '../nova/validation/schema.ts';

/** A step of a sequence. */
interface Named<Run> {
  readonly name: string;
  readonly run: Run;
}

/** Takes a step out of a sequence; an Error where it has none of that name. */
export function drop(sequence: { readonly name: string }[], name: string): void {
  sequence.splice(indexOf(sequence, name), 1);
}

/** Moves a step of a sequence in front of another one. */
export function moveBefore(sequence: { readonly name: string }[], name: string, other: string): void {
  const [step] = sequence.splice(indexOf(sequence, name), 1);
  if (step !== undefined) sequence.splice(indexOf(sequence, other), 0, step);
}

/** Puts a step of its own in front of another one. */
export function insertBefore<Run>(sequence: Named<Run>[], other: string, name: string, run: NoInfer<Run>): void {
  sequence.splice(indexOf(sequence, other), 0, { name, run });
}

/** Puts a step of its own behind another one. */
export function insertAfter<Run>(sequence: Named<Run>[], other: string, name: string, run: NoInfer<Run>): void {
  sequence.splice(indexOf(sequence, other) + 1, 0, { name, run });
}

/** Lets a step do something else; `run` gets what it did so far. */
export function rewrite<Run>(sequence: Named<Run>[], name: string, change: (run: Run) => NoInfer<Run>): void {
  const index = indexOf(sequence, name);
  const { run } = present(sequence[index], name);
  sequence[index] = { name, run: change(run) };
}

/** The steps of all five operations. */
export function everySequence({ sequences }: Behaviour): Step[][] {
  return [sequences.list, sequences.show, sequences.create, sequences.update, sequences.delete];
}

/** The field of a body; an Error where it has none of that name. */
export function field<Source>(fields: readonly Field<Source>[], name: string): Field<Source> {
  return present(
    fields.find(candidate => candidate.name === name),
    name,
  );
}

/** Takes a field out of a body. */
export function dropField<Source>(fields: Field<Source>[], name: string): void {
  fields.splice(indexOf(fields, name), 1);
}

/** Gives a refusal another status; `operation.name` only in that operation. */
export function restatus(behaviour: Behaviour, name: string, status: number): void {
  const { table } = behaviour.conditions;
  const plain = present(table.get(name.split('.').at(-1) ?? name), name);
  table.set(name, { ...plain, status });
}

/** Changes a property of the attachment in all schemas of an operation that have it; at least one must. */
export function reschema(
  behaviour: Behaviour,
  operation: 'create' | 'update',
  property: string,
  patch: (schema: Schema) => void,
): void {
  const found = inner(behaviour, operation)
    .map(schema => schema.properties?.[property])
    .filter(schema => schema !== undefined);
  present(found[0], property);
  for (const schema of found) patch(schema);
}

/** The inner schemas of an operation, oldest first. */
export function inner(behaviour: Behaviour, operation: 'create' | 'update'): Schema[] {
  return behaviour.schemas[operation].map(({ schema }) =>
    present(schema.properties?.volumeAttachment, 'volumeAttachment'),
  );
}

function indexOf(items: readonly { readonly name: string }[], name: string): number {
  const index = items.findIndex(item => item.name === name);
  if (index < 0) throw new Error(`nothing is named ${name}`);
  return index;
}

/** The value; an Error where there is none. */
export function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`nothing is named ${name}`);
  return value;
}
