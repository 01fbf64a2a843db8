/** A request of the API: which one, by the id of the case that it is taken from, and about whom, by number. */
export interface RequestCommand {
  /** `attach.tag@2.79`: rule, variant, microversion. */
  ask: string;
  /** Null: one that does not exist. */
  server: number | null;
  /** Null: one that does not exist, or none. */
  volume: number | null;
}

/** A step of a server: an action, or its deletion. */
export interface StepCommand {
  step: string;
  server: number;
}

/** A new volume of a kind. */
export interface CreateCommand {
  create: string;
}

/** One entry of a history: plain data, which can be written down and played again. */
export type Command = RequestCommand | StepCommand | CreateCommand;

/** A command in words: `attach.tag@2.79 server 1 volume 2`. */
export function commandText(command: Command): string {
  if ('create' in command) return `create a ${command.create} volume`;
  if ('step' in command) return `${command.step} server ${command.server + 1}`;
  const { ask, server, volume } = command;
  const whom = server === null ? 'an unknown server' : `server ${server + 1}`;
  return `${ask} ${whom}${volume === null ? '' : ` volume ${volume + 1}`}`;
}
