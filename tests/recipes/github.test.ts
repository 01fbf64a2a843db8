import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { reportIn, temporaryFolder } from '../cli/command.ts';
import { cloudsYaml, Machine, mycloud, recipe, recipeYaml, short } from './recipe.ts';

type Scalar = string | number | boolean;

interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  shell?: string;
  env?: Record<string, Scalar>;
  with?: Record<string, Scalar>;
}

interface Action {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
}

interface Workflow {
  env: Record<string, string>;
  jobs: Record<'judge' | 'merge', { steps: Step[] }>;
}

/** Steps of a job that only uses our action. */
function steps(inputs: Record<string, string>): Step[] {
  return [{ uses: './.github/actions/novaspec', with: inputs }];
}

type Contexts = Record<string, Record<string, unknown>>;

const action = recipeYaml('github/action.yml') as Action;
const workflow = recipeYaml('github/workflow.yml') as Workflow;

/** A text with its expressions evaluated as GitHub evaluates them; one that names what is not there is a mistake of the recipe. */
function resolved(text: Scalar, contexts: Contexts): string {
  return String(text).replaceAll(/\$\{\{(.*?)\}\}/g, (whole, expression: string) => {
    const { tokens } = new Lexer(expression.trim()).lex();
    const tree = new Parser(tokens, Object.keys(contexts), []).parse();
    const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
    const value = new Evaluator(tree, values).evaluate();
    expect(value.kind, `${whole} has a value`).not.toBe(data.Kind.Null);
    return value.coerceString();
  });
}

/** What GitHub does with the steps of a job, those of our action included; artifacts are folders. */
class Runner {
  readonly machine = new Machine();
  readonly artifacts = join(this.machine.folder, 'artifacts');
  private jobs = 0;

  /** Whether the job succeeded, what it said, its summary, and where it worked. */
  async job(steps: readonly Step[], contexts: Contexts) {
    this.jobs += 1;
    const place = join(this.machine.folder, `job-${this.jobs}`);
    for (const name of ['work', 'temp']) mkdirSync(join(place, name), { recursive: true });
    const job = { place, ok: true, said: '', codes: [] as string[] };
    await this.steps(steps, contexts, job);
    const summary = join(place, 'summary');
    return {
      ...job,
      work: join(place, 'work'),
      temp: readdirSync(join(place, 'temp')),
      summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '',
    };
  }

  private async steps(
    steps: readonly Step[],
    contexts: Contexts,
    job: { place: string; ok: boolean; said: string; codes: string[] },
  ): Promise<Contexts> {
    const done: Record<string, { outputs: Record<string, string> }> = {};
    const known = { ...contexts, steps: done };
    for (const step of steps) {
      if (!job.ok && step.if !== 'always()') continue;
      const inputs = Object.fromEntries(
        Object.entries(step.with ?? {}).map(([key, text]) => [key, resolved(text, known)]),
      );
      if (step.uses === './.github/actions/novaspec') {
        expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
        const defaults = Object.entries(action.inputs).map(([key, input]) => [key, input.default ?? '']);
        const inner = await this.steps(
          action.runs.steps,
          { inputs: { ...Object.fromEntries(defaults), ...inputs } },
          job,
        );
        const ended = Object.keys(inner.steps ?? {}).length > 0;
        if (ended) job.codes.push(...Object.values(action.outputs).map(({ value }) => resolved(value, inner)));
      } else if (step.uses !== undefined) {
        this.use(step.uses, inputs, join(job.place, 'work'));
      } else {
        const outputs = await this.runStep(step, known, job);
        if (step.id !== undefined && job.ok) done[step.id] = { outputs };
      }
    }
    return known;
  }

  private use(uses: string, inputs: Record<string, string>, work: string): void {
    const [name = ''] = uses.split('@');
    if (name === 'actions/upload-artifact') {
      const { path = '', name: artifact = '' } = inputs;
      expect(existsSync(join(this.artifacts, artifact)), `an artifact ${artifact} is there already`).toBe(false);
      cpSync(join(work, path), join(this.artifacts, artifact), { recursive: true });
    } else if (name === 'actions/download-artifact') {
      const { path = '', pattern = '' } = inputs;
      const wanted = new RegExp(`^${pattern.replace('*', '.*')}$`);
      for (const artifact of readdirSync(this.artifacts).filter(each => wanted.test(each))) {
        cpSync(join(this.artifacts, artifact), join(work, path, artifact), { recursive: true });
      }
    } else {
      expect(['actions/checkout', 'actions/setup-node']).toContain(name);
    }
  }

  private async runStep(
    { run = '', shell, env = {} }: Step,
    contexts: Contexts,
    job: { place: string; ok: boolean; said: string },
  ): Promise<Record<string, string>> {
    const own = [...Object.entries(contexts.env ?? {}), ...Object.entries(env)] as [string, Scalar][];
    const variables = Object.fromEntries(own.map(([key, text]) => [key, resolved(text, contexts)]));
    const script = join(job.place, 'step.sh');
    const output = join(job.place, 'output');
    writeFileSync(script, resolved(run, contexts));
    writeFileSync(output, '');
    // What `shell: bash` means, and what no shell means.
    const bash = ['bash', ...(shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e']), script];
    const { code, stdout, stderr } = await this.machine.run(bash as ['bash'], join(job.place, 'work'), {
      ...variables,
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: join(job.place, 'summary'),
      RUNNER_TEMP: join(job.place, 'temp'),
    });
    job.said += stdout + stderr;
    job.ok &&= code === 0;
    const lines = readFileSync(output, 'utf8')
      .split('\n')
      .filter(line => line !== '');
    return Object.fromEntries(lines.map(line => line.split('=', 2)));
  }
}

test("GitHub's own parser finds nothing wrong", async () => {
  // It imports JSON in a way that bundlers know, and Node does not.
  const outDir = temporaryFolder();
  const ssr = fileURLToPath(new URL('github-parser.ts', import.meta.url));
  const output = { entryFileNames: 'parser.mjs' };
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { ssr, outDir, rolldownOptions: { output } },
    ssr: { noExternal: true },
  });
  const parser = (await import(join(outDir, 'parser.mjs'))) as typeof import('./github-parser.ts');
  const [actionText, workflowText] = ['action.yml', 'workflow.yml'].map(name =>
    readFileSync(recipe(`github/${name}`), 'utf8'),
  ) as [string, string];
  expect(parser.mistakesOfAction(actionText)).toEqual([]);
  expect(await parser.mistakesOfWorkflow(workflowText)).toEqual([]);
  // It would find some.
  expect(parser.mistakesOfAction(actionText.replace('shell:', 'shall:'))).toContainEqual(
    expect.stringContaining("Unexpected value 'shall'"),
  );
  expect(await parser.mistakesOfWorkflow(workflowText.replace('needs: judge', 'needs: jugde'))).toContainEqual(
    expect.stringContaining("unknown job 'jugde'"),
  );
}, 180_000);

test('shards end well whatever they found, and the merge tells it', async () => {
  const runner = new Runner();
  const secrets = { CLOUDS_YAML: await cloudsYaml(mycloud, { faults: ['header-vary-missing'] }) };
  const shards = [1, 2].map(shard =>
    runner.job(workflow.jobs.judge.steps, {
      env: workflow.env,
      secrets,
      inputs: { arguments: `${short} --rule 'headers.*'` },
      matrix: { shard },
      strategy: { 'job-total': 2 },
    }),
  );
  for (const { ok, said, codes, summary, temp } of await Promise.all(shards)) {
    expect({ ok, codes, summary, temp }, said).toEqual({ ok: true, codes: ['1'], summary: '', temp: [] });
    expect(said).toMatch(/Shard [12]\/2 ended with exit code 1; the merged report decides\.\n$/);
    expect(said).not.toContain('::error');
  }
  const merged = await runner.job(workflow.jobs.merge.steps, { env: workflow.env });
  expect(merged.ok).toBe(false);
  expect(merged.said).toMatch(/^::error/m);
  expect(merged.summary).toContain('headers.vary');
  const { exitCode, complete, cases } = reportIn(join(runner.artifacts, 'novaspec'));
  expect({ exitCode, complete }).toEqual({ exitCode: 1, complete: true });
  expect(new Set(cases.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule))).toContain('headers.vary');
  expect(existsSync(join(runner.artifacts, 'novaspec', 'exchanges.har'))).toBe(true);
  expect(new Set(runner.machine.installed())).toEqual(
    new Set(['install --global --no-audit --no-fund novaspec@latest']),
  );
}, 180_000);

test('whose exit code fails a job', async () => {
  const verdict = action.runs.steps.at(-1)?.run ?? '';
  const machine = new Machine();
  const failing = async (SHARD: string) => {
    const codes = [0, 1, 2, 3, 4, 5, 70, 130];
    const ends = codes.map(
      async CODE => (await machine.run(['bash', '-ec', verdict], machine.folder, { SHARD, CODE: String(CODE) })).code,
    );
    return (await Promise.all(ends)).filter(code => code !== 0);
  };
  expect(await failing('')).toEqual([1, 2, 3, 4, 5, 70, 130]);
  expect(await failing('1/2')).toEqual([2, 3, 70, 130]);
}, 180_000);

test('without a shard, its own verdict and reports count', async () => {
  const runner = new Runner();
  const CLOUDS_YAML = await cloudsYaml(mycloud);
  const judged = await runner.job(steps({ 'os-cloud': 'mycloud', 'clouds-yaml': CLOUDS_YAML, arguments: short }), {});
  expect({ ok: judged.ok, codes: judged.codes }, judged.said).toEqual({ ok: true, codes: ['0'] });
  expect(judged.summary).toContain('novaspec');
  expect(reportIn(join(runner.artifacts, 'novaspec')).exitCode).toBe(0);
  const unknown = steps({ 'os-cloud': 'mycluod', 'clouds-yaml': CLOUDS_YAML, artifact: 'none', out: '.' });
  const refused = await runner.job(unknown, {});
  expect({ ok: refused.ok, codes: refused.codes }).toEqual({ ok: false, codes: ['2'] });
  expect(refused.said).toContain('did you mean mycloud?');
  const unclear = await runner.job(steps({ arguments: "--rule 'headers.*", artifact: 'unclear', out: '.' }), {});
  expect({ ok: unclear.ok, said: unclear.said }).toEqual({ ok: false, said: expect.stringMatching(/quote/) });
}, 180_000);
