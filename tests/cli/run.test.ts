import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { openCommandBench } from './bench.ts';
import { main, novaspec, type Outcome, reportIn, scrubbed, startProcess, temporaryFolder } from './command.ts';
import { startProxy } from './proxy.ts';

const escapeCode = '\u{1b}[';

describe('a conforming cloud', () => {
  test('is judged, reported and left as it was', async () => {
    const cloud = await openCommandBench();
    const out = join(cloud.folder, 'out');
    const args = ['run', '--os-cloud', 'novaspec', '--suite', 'shapes', '--microversions', '2.79', '--out', out];
    const { code, stdout, stderr } = await novaspec(args, cloud.folder, cloud.env);

    expect(stderr).toBe('');
    expect(stdout).toContain('CONFORMING (exit code 0)');
    expect(stdout).not.toContain(escapeCode);
    expect(code).toBe(0);
    const report = reportIn(out);
    expect(schemaErrors(report)).toEqual([]);
    expect(report).toMatchObject({ complete: true, exitCode: 0, verdict: 'conforming', leftovers: [] });
    expect(report.cases.length).toBeGreaterThan(5);
    expect(new Set(report.cases.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    expect(report.ledger.created).toBeGreaterThan(0);
    expect(report.ledger.removed).toBe(report.ledger.created);
    expect(junitTests(out)).toBe(report.cases.length);
    expect(await cloud.leftovers()).toEqual([]);
  });
});

describe('what servers and volumes are made of', () => {
  const small = ['--rule', 'attach.success', '--microversions', '2.79', '--out', 'out'];

  test('is chosen, shown before the run, and reported', async () => {
    const cloud = await openCommandBench();
    const { code, stdout } = await novaspec(['run', '--os-cloud', 'novaspec', ...small], cloud.folder, cloud.env);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      "image tiny, flavor m1.nano, resize flavor m1.micro, network none, availability zone the cloud's own, " +
        "volume type the cloud's own; at most 12 servers at once",
    );
    expect(code).toBe(0);
  });

  test('can be given, and goes into the requests', async () => {
    const bodies: string[] = [];
    const cloud = await openCommandBench();
    const url = await startProxy(cloud.cloud.url, {
      edit: (text, { method, path }) => {
        if (method === 'GET' && /\/(servers|volumes)\/[^/]+$/.test(path)) bodies.push(text);
        return text;
      },
    });
    writeFileSync(join(cloud.folder, 'clouds.yaml'), cloud.cloud.cloudsYaml().replaceAll(cloud.cloud.url, url));
    const choices = ['--flavor', '84', '--resize-flavor', 'm1.tiny', '--availability-zone', 'nova', '--servers', '3'];
    const args = ['run', '--os-cloud', 'novaspec', ...small, ...choices, '--volume-type', 'default'];
    const { code } = await novaspec(args, cloud.folder, cloud.env);
    expect(code).toBe(0);
    expect(reportIn(join(cloud.folder, 'out')).choices).toEqual({
      image: { id: expect.any(String), name: 'tiny' },
      flavor: { id: '84', name: 'm1.micro' },
      resizeFlavor: { id: '1', name: 'm1.tiny' },
      network: 'none',
      availabilityZone: 'nova',
      volumeType: 'default',
      servers: 3,
    });
    expect(bodies.filter(text => text.includes('"original_name":"m1.micro"'))).not.toEqual([]);
    expect(bodies.filter(text => text.includes('"volume_type":"default"'))).not.toEqual([]);
    expect(await cloud.leftovers()).toEqual([]);
  });

  test('is refused in one line before anything is made, where the cloud does not have it', async () => {
    const cloud = await openCommandBench();
    const args = ['run', '--os-cloud', 'novaspec', ...small, '--flavor', 'm1.mikro'];
    const { code } = await novaspec(args, cloud.folder, cloud.env);
    const report = reportIn(join(cloud.folder, 'out'));
    expect(report).toMatchObject({ exitCode: 2, verdict: 'could not run', ledger: { created: 0 } });
    expect(report.failure).toMatch(/^--flavor: 'm1\.mikro' is not known, did you mean 'm1\.micro'\?/);
    expect(code).toBe(2);
  });
});

describe('a faulty cloud', () => {
  test('fails with all that is needed to see why, and the printed command fails again', async () => {
    const cloud = await openCommandBench({ faults: ['header-vary-missing'] });
    const out = join(cloud.folder, 'out');
    const args = ['run', '--os-cloud', 'novaspec', '--rule', 'headers.vary', '--microversions', '2.79', '--out', out];
    const { code, stdout } = await novaspec(args, cloud.folder, cloud.env);

    expect(code).toBe(1);
    expect(reportIn(out)).toMatchObject({ complete: true, exitCode: 1, verdict: 'not conforming' });
    const [, id, block = ''] = /^FAIL {2}(\S+@2\.79): (header Vary: expected [\s\S]*?)\n\n/m.exec(stdout) ?? [];
    expect(block).toMatch(/^header Vary: expected \S+, received absent$/m);
    expect(block).toMatch(/^ {2}rule {4}Vary names both microversion headers.*\.\s\(advisory\)$/m);
    expect(block).toMatch(/^ {2}source {2}nova\/\S+$/m);
    expect(block).toMatch(/^ {2}curl {4}curl .*"X-Auth-Token: \$OS_TOKEN"/m);
    expect(block).toMatch(/^ {2}answer {2}\d{3} /m);

    const repeat = /^ {2}repeat {2}(.+)$/m.exec(block)?.[1] ?? '';
    expect(repeat).toContain(id);
    const again = await shell(repeat, cloud.folder, cloud.env);
    expect(again.stdout).toContain(`FAIL  ${id}: ${block.split('\n')[0]}`);
    expect(again.stdout).toMatch(/1 failed of 1 case/);
    expect(again.code).toBe(1);
    expect(await cloud.leftovers()).toEqual([]);
  });

  test('conforms at the level that it does not break, and keeps its failures there as findings', async () => {
    const cloud = await openCommandBench({ faults: ['header-vary-missing'] });
    const out = join(cloud.folder, 'out');
    const args = ['--os-cloud', 'novaspec', '--suite', 'headers', '--microversions', 'latest', '--level', 'required'];
    const { code } = await novaspec([...args, '--out', out], cloud.folder, cloud.env);

    expect(code).toBe(0);
    const { cases } = reportIn(out);
    expect(cases.length).toBeGreaterThan(0);
    expect(new Set(cases.map(({ level, suite }) => `${suite} ${level}`))).toEqual(new Set(['headers required']));
  });
});

test('selections narrow each other, and a case brings its microversion along', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const names = ['--case', 'list.success@2.89', '--case', 'show.success@2.70', '--rule', 'list', '--suite', 'shapes'];
  const { code } = await novaspec([...names, '--out', out], folder);
  expect(reportIn(out).cases.map(({ id, verdict }) => [id, verdict])).toEqual([['list.success@2.89', 'pass']]);
  expect(code).toBe(0);
});

describe('a wrong word ends with exit code 2 and one line that names the nearest', () => {
  test.for([
    [
      ['run', '--microversions', 'latest', '--rule', 'attach.volume.unknwon'],
      "--rule: 'attach.volume.unknwon'",
      "'attach.volume.unknown'",
    ],
    [['run', '--case', 'list.sucess@2.79'], "--case: 'list.sucess@2.79'", "'list.success@2.79'"],
    [['run', '--microversions', 'latest', '--suite', 'heders'], "--suite: 'heders'", "'headers'"],
    [['run', '--level', 'requird'], "--level: 'requird'", "'required'"],
    [['run', '--microversions', 'latest', '--persona', 'raeder=x'], "--persona: 'raeder'", "'reader'"],
    [['run', '--microversions', 'lastest'], "--microversions: 'lastest'", 'latest'],
    [['run', '--microversions', '2.999'], '--microversions: 2.999', '2.1 to 2.'],
    [['rnu'], "command: 'rnu'", "'run'"],
    [['run', '--suit', 'headers'], "unknown option '--suit'", '--suite'],
    [['list', '--microversion', '2.79'], "unknown option '--microversion'", '--microversions'],
  ] as const)('%j', async ([args, wrong, nearest]) => {
    const folder = temporaryFolder();
    const { code, stdout, stderr } = await novaspec(args, folder);
    expect(stderr).toMatch(/^novaspec: .+\n$/);
    expect(stderr).toContain(wrong);
    expect(stderr.slice(stderr.indexOf(wrong) + wrong.length)).toContain(nearest);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test('a folder that cannot be written is noticed before anything is asked of a cloud', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  for (const out of ['file', 'file/out']) {
    const args = ['run', '--target', 'http://127.0.0.1:1', '--microversions', 'latest', '--out', out];
    const { code, stderr } = await novaspec(args, folder);
    expect(stderr).toMatch(/^novaspec: --out: .*file.* cannot be written: .+\n$/);
    expect(code).toBe(2);
  }
});

function schemaErrors(report: unknown): unknown[] {
  const schema = JSON.parse(readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8'));
  const ajv = new Ajv2020({ allErrors: true, formats: fullFormats, allowUnionTypes: true });
  const valid = ajv.compile(schema);
  return valid(report) ? [] : (valid.errors ?? []);
}

function junitTests(folder: string): number {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
  return Number(parser.parse(readFileSync(join(folder, 'junit.xml'), 'utf8')).testsuites.tests);
}

/** Runs a line as a person would, where `npx` finds the built command. */
function shell(line: string, cwd: string, env: Record<string, string>): Promise<Outcome> {
  const npx = join(cwd, 'npx');
  writeFileSync(npx, `#!/bin/sh\nshift\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
  const environment = scrubbed(cwd, { ...env, PATH: `${cwd}:${process.env.PATH}` });
  return startProcess('/bin/sh', ['-c', line], cwd, environment).ended;
}
