import { generateKeyPairSync, type KeyObject, randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderCertificate } from '../../reporters/pages/certificate.ts';
import { inventory, subjectsOf } from '../../src/attest/bundle-files.ts';
import type { CheckName } from '../../src/attest/check-list.ts';
import { sealed, statementType } from '../../src/attest/envelope.ts';
import type { Environment } from '../../src/attest/environment.ts';
import { privateKeyIn, publicKeyIn } from '../../src/attest/keys.ts';
import { profileOf } from '../../src/attest/profiles.ts';
import { shapeErrors } from '../../src/attest/shape.ts';
import type { Statement } from '../../src/attest/statement.ts';
import type { Rejudge, Verification } from '../../src/attest/verification.ts';
import { verifyBundle } from '../../src/attest/verify.ts';
import type { StoredReport } from '../../src/report/stored-report.ts';
import { novaspec, temporaryFolder } from '../cli/command.ts';
import { contract } from '../plan/default-plan.ts';
import { certifiedOnce, copyOf, statementIn, trialFile } from './certified.ts';

const certified = certifiedOnce();
const trial = profileOf(contract, trialFile);
const attestation = 'attestation.dsse.json';

const nothingFound: Rejudge = () => Promise.resolve([]);

/** Without another `rejudge` all is held to follow from the evidence, whose judgement takes its time. */
function verify(bundle: string, rejudge: Rejudge = nothingFound): Promise<Verification> {
  const key = publicKeyIn(certified().pub);
  return verifyBundle(bundle, {
    contract,
    key,
    profile: trial,
    page: renderCertificate,
    rejudge,
  });
}

/** What is refused, and why. */
function refusedIn({ checks }: Verification): Partial<Record<CheckName, string>> {
  const refused = checks.filter(({ outcome }) => outcome === 'refused');
  return Object.fromEntries(refused.map(({ name, reasons }) => [name, reasons.join('; ')]));
}

/** Signs a bundle anew, with digests of the files as they are now, as a forger with the right key would. */
async function resign(bundle: string, change: (statement: Statement) => void = () => undefined, key?: KeyObject) {
  const statement = statementIn(bundle);
  statement.subject = await subjectsOf(bundle);
  change(statement);
  const signer = key ?? privateKeyIn(certified().key, undefined);
  writeFileSync(join(bundle, attestation), sealed(Buffer.from(JSON.stringify(statement)), signer));
}

function editReport(bundle: string, run: string, change: (report: StoredReport) => void): void {
  const file = join(bundle, run, 'report.json');
  const report = JSON.parse(readFileSync(file, 'utf8')) as StoredReport;
  change(report);
  writeFileSync(file, JSON.stringify(report));
}

describe('what a certification writes', () => {
  test('is a bundle of runs with seeds of their own, and nothing else', () => {
    const { bundle } = certified();
    expect(readdirSync(bundle).toSorted()).toEqual(
      [
        'attestation.dsse.json',
        'certificate.html',
        'environment.json',
        'run-1',
        'run-2',
        'run-3',
        'sbom.cdx.json',
      ].toSorted(),
    );
    for (const run of ['run-1', 'run-2', 'run-3']) expect(readdirSync(join(bundle, run))).not.toContain('ledger.jsonl');
    const { runs } = statementIn(bundle).predicate.novaspec;
    expect(new Set(runs.map(({ seed }) => seed)).size).toBe(3);
    expect(new Set(runs.map(({ planDigest }) => planDigest)).size).toBe(3);
  });

  test('is an in-toto statement of test results about every file', () => {
    const { bundle } = certified();
    const { payloadType } = JSON.parse(readFileSync(join(bundle, 'attestation.dsse.json'), 'utf8'));
    expect(payloadType).toBe(statementType);
    const statement = statementIn(bundle);
    expect(shapeErrors('attestation', statement)).toEqual([]);
    // What the specification of the predicate asks for, by its own words.
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: { result: 'PASSED', warnedTests: [], failedTests: [] },
    });
    const { predicate, subject } = statement;
    expect(predicate.passedTests).toEqual([
      'attach.request.random',
      'attach.tag',
      'attach.tag.offloaded',
      'headers.vary',
      'headers.vary.success',
    ]);
    expect(predicate.novaspec.unjudgedTests).toEqual(['update.swapped.completes']);
    expect(predicate.configuration.map(({ name }) => name)).toEqual(['trial-tags', 'novaspec', 'embedded cloud']);
    const [skip] = predicate.novaspec.runs[0]?.skips ?? [];
    expect(skip).toMatchObject({ reason: 'microversion out of range', allowed: 'The rule is about other releases.' });
    expect(subject.map(({ name }) => name)).toContain('run-3/report.json');
  });

  test('tells its environment and has a page that names all of it', () => {
    const { bundle } = certified();
    const environment = JSON.parse(readFileSync(join(bundle, 'environment.json'), 'utf8')) as Environment;
    expect(shapeErrors('environment', environment)).toEqual([]);
    expect(environment).toMatchObject({ complete: true, product: 'Example Cloud 5', node: process.version });
    const page = readFileSync(join(bundle, 'certificate.html'), 'utf8');
    for (const part of [
      'Example Cloud 5',
      'PASSED',
      environment.profile.digest,
      'proves nothing',
      'The rule is about other releases.',
    ]) {
      expect(page).toContain(part);
    }
    expect(page).not.toMatch(/<script|https?:\/\/(?!127\.0\.0\.1)/);
  });
});

describe('a genuine bundle', () => {
  test('is verified by the command on its own, elsewhere and without a network', async () => {
    const { bundle, pub, outcome } = certified();
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const folder = temporaryFolder();
    const deaf = `import net from 'node:net'; net.Socket.prototype.connect = () => { throw new Error('network'); };`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(deaf)}` };
    const args = ['verify', copyOf(bundle), '--pub', pub, '--profile', trialFile];
    const { code, stdout, stderr } = await novaspec(args, folder, env);
    expect(stderr).toBe('');
    expect(stdout).toContain('genuine, and PASSED');
    expect(stdout).toContain('product     Example Cloud 5');
    expect(code).toBe(0);
  });

  test('of a trial is none to others', async () => {
    const { bundle, pub, folder } = certified();
    const { code, stdout } = await novaspec(['verify', bundle, '--pub', pub, '--json'], folder);
    expect(code).toBe(1);
    const verification = JSON.parse(stdout) as Verification;
    expect(verification).toMatchObject({ verdict: 'refused', result: null });
    expect(refusedIn(verification)).toEqual({
      profile: 'trial-tags is no published profile; --profile FILE accepts one of a trial',
    });
    expect(readFileSync(join(bundle, 'certificate.html'), 'utf8')).toContain('<strong>TRIAL</strong>');
  });

  test('is refused where its evidence says otherwise', async () => {
    const asked: string[] = [];
    const honest = await verify(certified().bundle, (_bundle, run) => {
      asked.push(run);
      return Promise.resolve([]);
    });
    expect(asked).toEqual(['run-1', 'run-2', 'run-3']);
    expect(honest).toMatchObject({ verdict: 'genuine', result: 'PASSED' });
    const other = await verify(certified().bundle, (_, run) =>
      Promise.resolve(run === 'run-2' ? ['attach.tag@2.104 failed'] : []),
    );
    expect(refusedIn(other)).toEqual({ evidence: 'run-2: attach.tag@2.104 failed' });
    expect(other).toMatchObject({ verdict: 'refused', result: null });
  });
});

describe('a bundle that was changed', () => {
  test('by one bit of any file is refused, and the file named', async () => {
    const copy = copyOf(certified().bundle);
    const { files } = await inventory(copy);
    expect(files.length).toBeGreaterThan(9);
    for (const file of files) {
      const whole = readFileSync(join(copy, file));
      for (const at of [0, whole.length - 1, ...Array.from({ length: 4 }, () => randomInt(whole.length))]) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ (1 << randomInt(8));
        writeFileSync(join(copy, file), changed);
        const refused = refusedIn(await verify(copy));
        const where = `${file}, byte ${at}: ${changed[at]}`;
        if (file === attestation) expect(['envelope', 'signature'], where).toContain(Object.keys(refused).join());
        else expect(refused, where).toEqual({ digests: `${file} was changed` });
      }
      writeFileSync(join(copy, file), whole);
    }
    expect((await verify(copy)).verdict).toBe('genuine');
  });

  test.each<[string, (bundle: string) => void, Partial<Record<CheckName, string>>]>([
    ['a file is gone', copy => rmSync(join(copy, 'run-2/junit.xml')), { files: 'run-2/junit.xml is missing' }],
    ['a file is more', copy => writeFileSync(join(copy, 'run-1/note'), ''), { files: 'run-1/note was added' }],
    [
      'a file has another name',
      copy => renameSync(join(copy, 'run-1/junit.xml'), join(copy, 'run-1/Junit.xml')),
      { files: 'run-1/junit.xml is missing; run-1/Junit.xml was added' },
    ],
    [
      'two files changed places',
      copy => {
        renameSync(join(copy, 'run-1/report.json'), join(copy, 'x'));
        renameSync(join(copy, 'run-2/report.json'), join(copy, 'run-1/report.json'));
        renameSync(join(copy, 'x'), join(copy, 'run-2/report.json'));
      },
      { digests: 'run-1/report.json was changed; run-2/report.json was changed' },
    ],
    [
      'a file is a link to the same bytes',
      copy => {
        renameSync(join(copy, 'sbom.cdx.json'), join(copy, '../elsewhere'));
        symlinkSync('../elsewhere', join(copy, 'sbom.cdx.json'));
      },
      { files: 'sbom.cdx.json is a link; sbom.cdx.json is missing' },
    ],
    ['a folder is more', copy => mkdirSync(join(copy, 'run-4')), { files: 'run-4 is an empty folder' }],
    ['the attestation is gone', copy => rmSync(join(copy, attestation)), { envelope: `${attestation} is missing` }],
    [
      'the attestation is written otherwise',
      copy =>
        writeFileSync(
          join(copy, attestation),
          JSON.stringify(JSON.parse(readFileSync(join(copy, attestation), 'utf8'))),
        ),
      { envelope: 'it is not as novaspec writes it' },
    ],
  ])('is refused where %s', async (_what, change, reasons) => {
    const copy = copyOf(certified().bundle);
    change(copy);
    const verification = await verify(copy);
    expect(refusedIn(verification)).toEqual(reasons);
    expect(verification).toMatchObject({ verdict: 'refused', result: null });
  });

  test('and signed by somebody else is told from one that was damaged', async () => {
    const copy = copyOf(certified().bundle);
    await resign(copy, undefined, generateKeyPairSync('ed25519').privateKey);
    expect(refusedIn(await verify(copy)).signature).toMatch(
      /^it was signed with another key: [0-9a-f]{64}; the given one is/,
    );
    const { payloadType, payload, signatures } = JSON.parse(
      readFileSync(join(certified().bundle, attestation), 'utf8'),
    );
    const write = (envelope: unknown) =>
      writeFileSync(join(copy, attestation), `${JSON.stringify(envelope, null, 2)}\n`);
    write({ payloadType, payload: Buffer.from('{}').toString('base64'), signatures });
    expect(refusedIn(await verify(copy))).toEqual({
      signature: 'the signature was damaged, or what was signed was changed after it',
    });
    write({ payloadType, payload, signatures: [{ ...signatures[0], keyid: '0' }] });
    expect(refusedIn(await verify(copy)).signature).toMatch(/^it names the key 0, but was signed with /);
  });

  test('and signed as something else is no attestation', async () => {
    const copy = copyOf(certified().bundle);
    const key = privateKeyIn(certified().key, undefined);
    const payload = Buffer.from(JSON.stringify(statementIn(copy)));
    writeFileSync(join(copy, attestation), sealed(payload, key, 'application/json'));
    expect(refusedIn(await verify(copy))).toEqual({
      'payload type': 'it is application/json, not application/vnd.in-toto+json',
    });
    writeFileSync(join(copy, attestation), sealed(Buffer.from('{"_type": 1}'), key));
    expect(Object.keys(refusedIn(await verify(copy)))).toEqual(['statement']);
  });
});

describe('what whoever holds the key cannot sign', () => {
  const digest = { sha256: '0'.repeat(64) };
  test.each<[string, (statement: Statement) => void, CheckName, RegExp]>([
    [
      'another result',
      ({ predicate }) => {
        predicate.result = 'FAILED';
      },
      'result',
      /^it says FAILED; from the runs follows PASSED$/,
    ],
    [
      'a rule that was never judged',
      ({ predicate }) => {
        predicate.passedTests.push('list.success');
      },
      'result',
      /^its passedTests do not/,
    ],
    [
      'runs without their skips',
      ({ predicate }) => {
        for (const run of predicate.novaspec.runs) run.skips = [];
      },
      'result',
      /^its novaspec do not/,
    ],
    [
      'another target',
      ({ predicate }) => {
        predicate.configuration[2].annotations.product = 'Other Cloud';
      },
      'result',
      /^its configuration do not/,
    ],
    [
      'a subject twice',
      ({ subject }) => {
        subject.push(...subject.slice(0, 1));
      },
      'files',
      /^two subjects are named certificate\.html$/,
    ],
    [
      'a subject outside',
      ({ subject }) => {
        subject.push({ name: '../elsewhere', digest });
      },
      'files',
      /^no file of a bundle is named "\.\.\/elsewhere"$/,
    ],
    [
      'an absolute subject',
      ({ subject }) => {
        subject.push({ name: '/etc/passwd', digest });
      },
      'files',
      /^no file of a bundle is named "\/etc\/passwd"$/,
    ],
    [
      'a bundle without a page',
      ({ subject }) => {
        subject.splice(0, 1);
      },
      'files',
      /^certificate\.html is no subject; certificate\.html was added$/,
    ],
    [
      'a profile that was changed',
      ({ predicate }) => {
        predicate.configuration[0].digest = digest;
      },
      'profile',
      /^its profile trial-tags is another than the given one/,
    ],
    [
      'another profile',
      ({ predicate }) => {
        predicate.configuration[0].name = 'other';
      },
      'profile',
      /^other is not the profile trial-tags$/,
    ],
  ])('%s', async (_what, change, check, reason) => {
    const copy = copyOf(certified().bundle);
    await resign(copy, change);
    const refused = refusedIn(await verify(copy));
    expect(Object.keys(refused)[0]).toBe(check);
    expect(refused[check]).toMatch(reason);
  });

  test.each<[string, (bundle: string) => void, CheckName, RegExp]>([
    [
      'a failure that its report tells',
      copy =>
        editReport(copy, 'run-2', report => {
          const one = report.cases.find(({ rule }) => rule === 'attach.tag');
          if (one) Object.assign(one, { verdict: 'fail', message: 'attach.tag: expected 200, received 500' });
          report.exitCode = 1;
        }),
      'result',
      /^it says PASSED; from the runs follows FAILED; run-2: 1 case of the level required failed;/,
    ],
    [
      'a skip that the profile does not allow',
      copy =>
        editReport(copy, 'run-1', report => {
          const one = report.cases.find(({ rule }) => rule === 'attach.tag');
          if (one)
            Object.assign(one, { verdict: 'skipped', skip: { reason: 'state unreachable', detail: 'active: no' } });
        }),
      'result',
      /run-1: 1 case skipped, which the profile does not allow: state unreachable: active: no/,
    ],
    [
      'a waiver',
      copy =>
        editReport(copy, 'run-1', report => {
          const one = report.cases.find(({ verdict }) => verdict === 'pass');
          if (one) one.verdict = 'waived';
        }),
      'result',
      /run-1: 1 case waived, which the profile does not allow/,
    ],
    [
      'an exit code that does not follow',
      copy =>
        editReport(copy, 'run-1', report => {
          report.exitCode = 5;
        }),
      'runs',
      /^run-1: its verdicts end with exit code 0, not 5$/,
    ],
    [
      'an interrupted run',
      copy =>
        editReport(copy, 'run-3', report => {
          report.complete = false;
        }),
      'runs',
      /^run-3: it is not complete$/,
    ],
    [
      'a case less',
      copy =>
        editReport(copy, 'run-1', report => {
          report.cases.pop();
        }),
      'runs',
      /^run-1: it has \d+ cases, the plan \d+$/,
    ],
    [
      'a filter',
      copy =>
        editReport(copy, 'run-1', report => {
          report.selection.levels = ['required'];
        }),
      'runs',
      /^run-1: something else was selected than the profile covers$/,
    ],
    [
      'one run twice',
      copy => writeFileSync(join(copy, 'run-2/report.json'), readFileSync(join(copy, 'run-1/report.json'))),
      'runs',
      /^two runs have the same seed; two runs have the same id; the runs are not one after the other$/,
    ],
    [
      'a seed after the fact',
      copy =>
        editReport(copy, 'run-1', report => {
          report.selection.seed = 1;
        }),
      'runs',
      /^run-1: its plan is not that of the profile for this target and seed$/,
    ],
    [
      'a target that lacks what the profile asks for',
      copy =>
        editReport(copy, 'run-1', ({ target }) => {
          if (target) target.features = [];
        }),
      'runs',
      /^run-1: volume service: needs /,
    ],
    [
      'a persona less',
      copy =>
        editReport(copy, 'run-1', ({ target }) => {
          delete target?.personas.reader;
        }),
      'runs',
      /^run-1: persona reader: no cloud was given for it/,
    ],
    [
      'another cloud in one run',
      copy =>
        editReport(copy, 'run-1', ({ target }) => {
          if (target) target.compute = 'http://127.0.0.1:1';
        }),
      'runs',
      /^the runs are not all of the same target$/,
    ],
    [
      'a report that is none',
      copy => writeFileSync(join(copy, 'run-1/report.json'), '{}'),
      'runs',
      /run-1\/report\.json: is no report of novaspec$/,
    ],
    [
      'a run more',
      copy => {
        mkdirSync(join(copy, 'run-4'));
        writeFileSync(join(copy, 'run-4/report.json'), '{}');
      },
      'runs',
      /^run-4\/report\.json belongs to no run of the profile$/,
    ],
    [
      'a run less',
      copy => rmSync(join(copy, 'run-3'), { recursive: true }),
      'runs',
      /run-3: cannot be read: there is no such file or folder$/,
    ],
    [
      'a page that promises more',
      copy =>
        writeFileSync(
          join(copy, 'certificate.html'),
          readFileSync(join(copy, 'certificate.html'), 'utf8').replace('Example Cloud 5', 'All of our clouds'),
        ),
      'page',
      /^certificate\.html says something else than the attestation$/,
    ],
    [
      'an environment of another tool',
      copy =>
        writeFileSync(
          join(copy, 'environment.json'),
          readFileSync(join(copy, 'environment.json'), 'utf8').replace(/"version": "[^"]+"/, '"version": "9.9.9"'),
        ),
      'runs',
      /^run-1: it was made by novaspec \S+, the bundle by novaspec 9\.9\.9/,
    ],
  ])('%s', async (_what, change, check, reason) => {
    const copy = copyOf(certified().bundle);
    change(copy);
    await resign(copy);
    const refused = refusedIn(await verify(copy));
    expect(Object.keys(refused)[0]).toBe(check);
    expect(refused[check]).toMatch(reason);
  });

  test('a profile of another version is told from one that was changed, and the version named', async () => {
    const copy = copyOf(certified().bundle);
    const parts = { contract, key: publicKeyIn(certified().pub), page: renderCertificate, rejudge: nothingFound };
    const published = (name: string, version: string) =>
      resign(copy, ({ predicate }) => {
        const [profile, tool] = predicate.configuration;
        Object.assign(profile, { name, annotations: { ...profile.annotations, published: true } });
        tool.annotations.version = version;
      });
    await published('compute-volume-attachments-2026.2', '9.9.9');
    expect(refusedIn(await verifyBundle(copy, parts)).profile).toMatch(
      /^its profile compute-volume-attachments-2026\.2 has the digest [0-9a-f]{64}, that of novaspec \S+ is [0-9a-f]{64}; it was made with novaspec 9\.9\.9, which verifies it: npx novaspec@9\.9\.9 verify$/,
    );
    await published('compute-volume-attachments-2030.1', '9.9.9');
    expect(refusedIn(await verifyBundle(copy, parts)).profile).toMatch(
      /^compute-volume-attachments-2030\.1 is no profile of novaspec \S+ \(.+\); it was made with novaspec 9\.9\.9/,
    );
  });
});
