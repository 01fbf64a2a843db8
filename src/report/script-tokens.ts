import type { RetoldStep } from '../judge/retold-history.ts';

/** Names of the variables whose tokens a step needs; whoever makes the servers is always among them. */
export function tokensOf({ caller, take = [] }: RetoldStep): string[] {
  const callers = ['member', caller, ...take.flatMap(({ as }) => as ?? [])];
  return callers.filter(each => each !== 'none' && each !== 'invalid').map(tokenName);
}

function tokenName(persona: string): string {
  return persona === 'member' ? 'OS_TOKEN' : `OS_TOKEN_${persona.toUpperCase().replaceAll(/[^A-Z]/g, '_')}`;
}

/** The token of a caller as a word of the script. */
export function tokenWord(caller: string): string {
  if (caller === 'none') return "''";
  return caller === 'invalid' ? 'made-up-token' : `"$${tokenName(caller)}"`;
}
