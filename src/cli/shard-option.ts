import type { Shard } from '../plan/shard.ts';
import { UsageError } from './usage-error.ts';

/** Where systems that start many of the same job say which one it is; `first`: the number of the first one. */
const sources = [
  { name: 'an Indexed Job of Kubernetes', index: 'JOB_COMPLETION_INDEX', first: 0, total: null },
  { name: 'parallel jobs of GitLab', index: 'CI_NODE_INDEX', first: 1, total: 'CI_NODE_TOTAL' },
] as const;

const usage = 'expected I/N with I from 1 to N, e.g. 2/3, or auto, or auto/N';

/** `--shard`: `2/3`; `auto/3`: the index comes from the system that started the job; `auto`: the total too. @throws UsageError */
export function shardFrom(text: string, env: NodeJS.ProcessEnv): Shard {
  const [, own, , count] = /^(auto|\d+)(\/(\d+))?$/.exec(text.trim()) ?? [];
  if (own === undefined || (own !== 'auto' && count === undefined)) {
    throw new UsageError(`--shard: '${text}': ${usage}`);
  }
  const { index, total } = own === 'auto' ? found(count, env) : { index: Number(own), total: Number(count) };
  const isShard = Number.isSafeInteger(index) && Number.isSafeInteger(total) && index >= 1 && index <= total;
  if (!isShard)
    throw new UsageError(`--shard: ${text === `${index}/${total}` ? text : `${text} is ${index}/${total}`}: ${usage}`);
  return { index, total };
}

function found(count: string | undefined, env: NodeJS.ProcessEnv): Shard {
  const source = sources.find(({ index }) => env[index]);
  if (source === undefined) {
    const names = sources.map(({ name, index }) => `${index} (${name})`).join(' and ');
    throw new UsageError(`--shard auto: neither of ${names} is set; say --shard I/N`);
  }
  const total = count ?? (source.total === null ? undefined : env[source.total]);
  if (!total) throw new UsageError(`--shard auto: ${source.index} does not say of how many; say --shard auto/N`);
  return { index: Number(env[source.index]) - source.first + 1, total: Number(total) };
}
