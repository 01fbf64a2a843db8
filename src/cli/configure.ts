import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { unknownName } from '../plan/selection.ts';
import { printableLine } from '../report/printable.ts';
import { mask } from '../target/redact.ts';
import { environmentSettings, variableOf } from './environment-settings.ts';
import { type SettingKind, settingKinds } from './setting-kinds.ts';
import { inForceOf, type Place, putInForce, relabelled, type Setting, settingsInForce } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** The file that is read where none is named, in the current folder. */
const usualFile = 'novaspec.yaml';

/** Not shown: who reads them could ask as the user, or learn what must not be written. */
const secret = new Set(['token', 'redact']);

/** What the options that choose the configuration parse to; afterwards `config` is the file that was read, if any. */
export interface ConfigurationOptions {
  config?: string | false;
  configProfile?: string;
}

/** A setting in force; without any, `from` is `default`. */
export interface SettingRow {
  name: string;
  value: unknown;
  from: string;
}

/** Lets options that are not given take their values from the environment, or else from the configuration file. */
export function withConfiguration(command: Command): Command {
  const mandatory = command.options.filter(option => option.mandatory);
  // They may come from elsewhere; asked for below.
  for (const option of mandatory) option.makeOptionMandatory(false);
  return command
    .option('--config <file>', `settings beside options and NOVASPEC_* (default: ${usualFile} where there is one)`)
    .addOption(new Option('--no-config', 'read no such file'))
    .option('--config-profile <name>', 'settings of this profile of it go over the others')
    .hook('preAction', async () => {
      await configure(command, process.env);
      const missing = mandatory.find(option => command.getOptionValue(option.attributeName()) === undefined);
      if (missing) {
        command.error(`error: required option '${missing.flags}' not specified`, {
          code: 'commander.missingMandatoryOptionValue',
        });
      }
    });
}

async function configure(command: Command, env: NodeJS.ProcessEnv): Promise<void> {
  const kinds = settingKinds();
  const file = fileOf(command.opts(), env);
  const profile = profileOf(command.opts(), env, file);
  command.setOptionValue('config', file ?? command.getOptionValue('config'));
  const places = [given(command), environmentSettings(new Map([...ownKinds(command), ...kinds]), env)];
  if (file !== undefined) {
    const { readConfiguration } = await import('./configuration-file.ts');
    const read = readConfiguration(file, profile?.name, env);
    if (profile && !read.profiles.includes(profile.name)) {
      throw new UsageError(`${file}: ${unknownName(profile.label, profile.name, read.profiles)}`);
    }
    places.push(...read.places);
  }
  const inForce = inForceOf(places);
  for (const option of optionsOf(command)) {
    const setting = inForce.get(option.name());
    if (!setting || setting.foreign || setting.source === 'cli') continue;
    command.setOptionValueWithSource(option.attributeName(), madeOf(option, setting), setting.source);
  }
  putInForce(inForce);
  if (file !== undefined) {
    process.stderr.write(`configuration: ${printableLine(file)}${profile ? ` (profile ${profile.name})` : ''}\n`);
  }
}

/** The options that can come from elsewhere: those that a command only refuses are hidden, and others are about the file itself. */
function optionsOf(command: Command): Option[] {
  return command.options.filter(option => !option.hidden && !/^--(no-)?config(-profile)?$/.test(option.long ?? ''));
}

function ownKinds(command: Command): [string, SettingKind][] {
  return optionsOf(command).map(option => [option.name(), option.isBoolean() ? 'flag' : 'text']);
}

/** The file to read. @throws UsageError */
function fileOf({ config }: ConfigurationOptions, env: NodeJS.ProcessEnv): string | undefined {
  if (config === false) return undefined;
  return config ?? (env[variableOf('config')] || (existsSync(usualFile) ? usualFile : undefined));
}

/** The profile to take, and what a message calls its choice. @throws UsageError when there is nothing to take it from */
function profileOf(
  { config, configProfile }: ConfigurationOptions,
  env: NodeJS.ProcessEnv,
  file: string | undefined,
): { name: string; label: string } | undefined {
  const variable = variableOf('config-profile');
  const name = configProfile ?? (config === false ? undefined : env[variable] || undefined);
  if (name === undefined) return undefined;
  if (config === false) throw new UsageError('--config-profile does not go with --no-config');
  const label = configProfile === undefined ? variable : '--config-profile';
  if (file === undefined) throw new UsageError(`${label}: there is no ${usualFile} here; --config FILE names another`);
  return { name, label };
}

/** What stands on the command line. */
function given(command: Command): Place {
  const options = optionsOf(command).filter(option => command.getOptionValueSource(option.attributeName()) === 'cli');
  return new Map(
    options.map(option => {
      const label = `--${option.name()}`;
      const words = textsOf(command.getOptionValue(option.attributeName())).map(text => ({ text, label }));
      return [option.name(), { words, source: 'cli', from: `option ${label}` }];
    }),
  );
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).map(([name, each]) => `${name}=${each}`);
}

/** What an option makes of a setting. @throws UsageError that names its place */
function madeOf(option: Option, { words }: Setting): unknown {
  let value: unknown = option.defaultValue;
  for (const { text, label } of words) {
    try {
      value = option.isBoolean() ? flag(text) : option.parseArg ? option.parseArg(text, value) : text;
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(relabelled(error.message, option.name(), label));
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new UsageError(printableLine(`${label}: '${text}' is invalid. ${error.message}`));
    }
  }
  return value;
}

/** Not set is what a flag is without its option. */
function flag(text: string): true | undefined {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return undefined;
  throw new InvalidArgumentError('Expected true or false, 1 or 0.');
}

/** All settings in force, those of other commands too, and the defaults of this one. Secrets are blacked out. */
export function settingRows(command: Command): SettingRow[] {
  const inForce = settingsInForce();
  const options = new Map(optionsOf(command).map(option => [option.name(), option]));
  return [...settingKinds()].flatMap(([name, kind]) => {
    const setting = inForce.get(name);
    const option = options.get(name);
    // OS_TOKEN is nobody's token where there is no bare target.
    const counts = setting && !(name === 'token' && setting.foreign && !inForce.has('target'));
    if (!counts && !option) return [];
    const value = option && !setting?.foreign ? command.getOptionValue(option.attributeName()) : undefined;
    const shown = value ?? (counts ? plainValue(setting, kind) : null);
    const from = counts ? setting.from : 'default';
    return [{ name, value: counts && secret.has(name) ? mask : shown, from }];
  });
}

/** A setting that no option has made anything of. */
function plainValue({ words }: Setting, kind: SettingKind): unknown {
  const texts = words.map(({ text }) => text);
  const [first = ''] = texts;
  switch (kind) {
    case 'flag':
      return first === 'true' || first === '1';
    case 'number':
      return Number.isNaN(Number(first)) ? first : Number(first);
    case 'list':
      return texts;
    case 'map':
      return Object.fromEntries(texts.map(text => text.split(/=(.*)/s, 2)));
    case 'text':
      return first;
  }
}
