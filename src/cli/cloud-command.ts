import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { startCloud } from '../../cloud/cloud.ts';
import { reasonOf, UsageError } from './usage-error.ts';

/** `novaspec cloud`: serves the embedded cloud until it is interrupted. */
export function cloudCommand(): Command {
  return new Command('cloud')
    .description('serve the embedded cloud and print a clouds.yaml for it')
    .option('--port <n>', 'port on the loopback address (default: any free one)', port, 0)
    .option('--ready-file <file>', 'write the clouds.yaml there too, once the cloud answers')
    .action(async (options: { port: number; readyFile?: string }) => {
      const cloud = await startCloud({ port: options.port }).catch((error: unknown) => {
        throw new UsageError(`--port ${options.port}: ${reasonOf(error)}`);
      });
      const yaml = cloud.cloudsYaml();
      process.stdout.write(yaml);
      if (options.readyFile !== undefined) {
        try {
          writeFileSync(options.readyFile, yaml, { mode: 0o600 });
        } catch (error) {
          await cloud.stop();
          throw new UsageError(`--ready-file: ${reasonOf(error)}`);
        }
      }
      await new Promise<void>(resolve => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      });
      await cloud.stop();
    });
}

function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return number;
}
