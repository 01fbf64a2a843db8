import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Option } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { type SettingKind, settingKinds } from '../../src/cli/setting-kinds.ts';

const schema = JSON.parse(readFileSync(new URL('../../schemas/config.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, verbose: true });
ajv.addKeyword('errorMessage');
const accepts = ajv.compile(schema);

/** What a file cannot say, because it is about one call: its output, what it does, which file is read. */
const ofOneCall = ['json', 'dry-run', 'run', 'config', 'no-config', 'config-profile'];

const kinds = settingKinds();
const options: Option[] = [];

beforeAll(async () => {
  const { commands } = await program(['--help']);
  const configurable = commands.filter(command => command.options.some(({ long }) => long === '--config'));
  options.push(...configurable.flatMap(command => command.options).filter(({ hidden }) => !hidden));
});

test('every option can stand in the file, and nothing else', () => {
  const names = new Set(options.map(option => option.name()).filter(name => !ofOneCall.includes(name)));
  expect(names.size).toBeGreaterThan(40);
  const help = 'see "An option" in CONTRIBUTING.md';
  expect(
    [...names].filter(name => !kinds.has(name)),
    `options that schemas/config.schema.json lacks: ${help}`,
  ).toEqual([]);
  expect(
    [...kinds.keys()].filter(name => !names.has(name)),
    `settings that no command has: ${help}`,
  ).toEqual([]);
});

test('it is described, and its examples are what it takes', () => {
  for (const [name, { description, examples }] of Object.entries<{ description?: string; examples?: unknown[] }>(
    schema.properties,
  )) {
    expect({ name, description }).toEqual({ name, description: expect.stringMatching(/^\S.*[.]$/) });
    for (const example of examples ?? [])
      expect({ name, example, fits: accepts({ [name]: example }) }).toMatchObject({ fits: true });
    expect({ name, has: examples !== undefined }).toEqual({
      name,
      has: name !== 'profiles' && kinds.get(name) !== 'flag',
    });
  }
  expect(schema.description).toContain('NOVASPEC_OPTION_NAME');
  expect(schema.properties.token.description).toMatch(/secret.*environment/);
});

describe('schema and option agree', () => {
  test('about flags', () => {
    const flags = options.filter(option => option.isBoolean() && !ofOneCall.includes(option.name()));
    for (const option of flags) expect(kinds.get(option.name()), option.name()).toBe('flag');
    for (const option of ofKind('flag')) expect(option.isBoolean(), option.name()).toBe(true);
  });

  test('about what can be repeated', () => {
    for (const option of [...ofKind('list'), ...ofKind('map')]) {
      const parsed = wordsOf(option).reduce<unknown>(
        (value, word) => option.parseArg?.(word, value),
        option.defaultValue,
      );
      const size = wordsOf(option).length;
      expect({ name: option.name(), parsed }).toMatchObject({
        parsed: expect.any(kinds.get(option.name()) === 'list' ? Array : Object),
      });
      expect(Object.keys(parsed as object)).toHaveLength(size);
    }
    const repeatable = options.filter(({ description }) => description.includes('(repeatable'));
    for (const option of repeatable) expect(['list', 'map'], option.name()).toContain(kinds.get(option.name()));
  });

  test('about numbers, and what they say of a wrong one', () => {
    for (const option of ofKind('number')) {
      const name = option.name();
      for (const value of [...schema.properties[name].examples, -1, 0, 0.5, 1, 999, 1000, 65_535, 65_536, 'x']) {
        const refusal = refusalOf(option, String(value));
        const verdict = { name, value, fits: accepts({ [name]: value }) };
        expect(verdict).toEqual({ name, value, fits: refusal === undefined });
        const message = accepts.errors?.[0]?.parentSchema?.errorMessage;
        if (value === 'x') expect({ name, refusal }).toEqual({ name, refusal: message });
      }
    }
  });

  test('about texts', () => {
    for (const option of ofKind('text')) {
      expect(option.required, option.name()).toBe(true);
      for (const example of schema.properties[option.name()].examples) {
        expect({ name: option.name(), refusal: refusalOf(option, String(example)) }).toMatchObject({
          refusal: undefined,
        });
      }
    }
  });
});

function ofKind(kind: SettingKind): Option[] {
  const found = options.filter(option => kinds.get(option.name()) === kind);
  expect(found.length).toBeGreaterThan(0);
  return found;
}

/** The words of the first example, as they would stand on a command line. */
function wordsOf(option: Option): string[] {
  const [example] = schema.properties[option.name()].examples;
  if (Array.isArray(example)) return example.map(String);
  return Object.entries<string>(example).map(([name, value]) => `${name}=${value}`);
}

function refusalOf(option: Option, word: string): string | undefined {
  try {
    option.parseArg?.(word, option.defaultValue);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
