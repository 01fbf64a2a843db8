import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { type Operation, resolvePointer } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import { Schemas } from '../contract/schemas.ts';
import { unknownName } from '../plan/selection.ts';
import { exitCodes } from '../report/exit-code.ts';
import { knownMicroversion } from './spec-command.ts';
import { reasonOf, UsageError } from './usage-error.ts';

interface ValidateOptions {
  operation: string;
  microversion: string;
  request?: boolean;
  status?: string;
}

/** `novaspec validate`: any JSON against the contract. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check a JSON file against a schema of the contract: exit 0, or 1 with the exact places')
    .requiredOption('--operation <name>', 'list, show, attach, update or detach')
    .requiredOption('--microversion <version>', 'X.Y')
    .option('--request', 'the request body')
    .option('--status <code>', 'the response body of this status')
    .argument('<file>', 'JSON file, or - for standard input')
    .action((file: string, options: ValidateOptions) => {
      process.exitCode = validate(file, options);
    });
}

function validate(file: string, options: ValidateOptions): number {
  const contract = loadContract();
  const microversion = knownMicroversion(contract, options.microversion);
  const operations = contract.operationsAt(microversion);
  const operation = operations.find(({ name }) => name === options.operation);
  if (!operation) {
    throw new UsageError(
      unknownName(
        '--operation',
        options.operation,
        operations.map(({ name }) => name),
      ),
    );
  }
  const document = contract.documentAt(microversion);
  const pointer = schemaPointer(operation, options);
  if (resolvePointer(document, pointer) === undefined) {
    throw new UsageError(`${operation.name} at ${microversion}: status ${options.status} has no body`);
  }
  const errors = new Schemas(document).errors(pointer, readJson(file));
  for (const { pointer: place, keyword, message } of errors) {
    process.stdout.write(`${file}: ${place === '' ? '/' : place}: ${message} (${keyword})\n`);
  }
  if (errors.length === 0) process.stdout.write(`${file}: valid\n`);
  return errors.length === 0 ? exitCodes.conforming : exitCodes.notConforming;
}

function schemaPointer(operation: Operation, { request, status, microversion }: ValidateOptions): string {
  if ((request === undefined) === (status === undefined))
    throw new UsageError('validate: give one of --request and --status');
  if (status === undefined) {
    if (operation.requestSchema === null)
      throw new UsageError(`${operation.name} at ${microversion} has no request body`);
    return operation.requestSchema;
  }
  if (!operation.responses.includes(status)) {
    const known = operation.responses.join(', ');
    throw new UsageError(`--status: ${operation.name} at ${microversion} has no status ${status}; it has ${known}`);
  }
  return `${operation.pointer}/responses/${status}/content/application~1json/schema`;
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${reasonOf(error)}`);
  }
}
