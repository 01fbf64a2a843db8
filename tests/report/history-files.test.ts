import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { RetoldHistory } from '../../src/judge/retold-history.ts';
import { historyFiles } from '../../src/report/history-files.ts';
import type { Report } from '../../src/report/model.ts';
import { makeHistory, makeHistoryCase, makeHistoryFailure, makeRecipes, makeRetoldStep } from './make-history.ts';
import { makeExchange, makeFailure, makeReport, makeRun } from './make-report.ts';

const planned = makeHistoryCase();
const { target } = makeReport();
const judged = { recipes: makeRecipes(), target: target && { ...target, volume: 'http://127.0.0.1:8776/v3/demo' } };

function files(failure = makeHistoryFailure(), parts: Partial<Report> = judged) {
  return historyFiles(makeRun([[planned, makeFailure(planned.id, { history: makeHistory({ failure }) })]], parts));
}

function scriptOf(retold: Partial<RetoldHistory> = {}, parts: Parameters<typeof makeHistoryFailure>[0] = {}): string {
  const failure = makeHistoryFailure(parts);
  const script = files({ ...failure, retold: { ...failure.retold, ...retold } })[1]?.content ?? '';
  // A shell reads the whole script and runs none of it.
  execFileSync('sh', ['-n'], { input: script });
  return script;
}

test('the data name the commands, what failed, and how to make the history again', () => {
  const [data] = files();
  expect(data?.path).toBe('histories/history.settled-1-@2.101.json');
  expect(JSON.parse(data?.content ?? '')).toEqual({
    schema: 'urn:novaspec:history:1',
    case: 'history.settled[1]@2.101',
    mode: 'settled',
    seed: 7,
    path: '0:3:1',
    microversions: ['2.79'],
    commands: makeHistoryFailure().plan,
    together: 0,
    at: 1,
    rule: 'attach.success',
    what: 'status',
    expected: '200',
    received: '403 "no"',
  });
});

test('a run without failed histories has no files, one without recipes no script', () => {
  expect(historyFiles(makeReport(judged))).toEqual([]);
  expect(files(makeHistoryFailure(), {}).map(({ path }) => path)).toEqual(['histories/history.settled-1-@2.101.json']);
});

describe('the script', () => {
  test('has variables in place of the ids, tokens and endpoints of the run', () => {
    const script = scriptOf();
    expect(script).toContain(
      `send step_2 "$OS_TOKEN" POST "$COMPUTE"/servers/"$SERVER_1"/os-volume_attachments -H 'Content-Type: application/json'`,
    );
    expect(script).toContain(`--data-raw '{"volumeAttachment":{"volumeId":"'"$VOLUME_2"'"}}'`);
    expect(script).toContain('case $STATUS in 200) ;; *) fails');
    expect(script).toMatch(/^COMPUTE=.*:-http:\/\/127.0.0.1:8774\/v2.1}$/m);
    expect(script).not.toContain('redacted');
  });

  test('takes the tokens of all callers, and made-up or no tokens where the history had such', () => {
    const steps = [makeRetoldStep({ caller: 'reader' }), makeRetoldStep({ caller: 'invalid' })];
    const asked = makeHistoryFailure().steps[1];
    const two = { steps: asked ? [asked, asked] : [] };
    const script = scriptOf({ steps }, two);
    expect(script).toContain("cannot 'OS_TOKEN_READER is not set'");
    expect(script).toContain('send step_1 "$OS_TOKEN_READER" POST');
    expect(script).toContain('send step_2 made-up-token POST');
    expect(scriptOf({ steps: [makeRetoldStep({ caller: 'none' })] }, two)).toContain("send step_1 '' POST");
  });

  test('looks at what must be there where that is what failed', () => {
    const after = [
      {
        lists: [[{ volume: 1, properties: { tag: null } }], null],
        volumes: [null, { statuses: ['in-use'], servers: [0] }],
      },
    ];
    const script = scriptOf({ shows: 'reading', steps: [makeRetoldStep({ after })] });
    expect(script).toContain(
      'list_shows "$SERVER_1" "$VOLUME_2" && row_shows "$VOLUME_2" tag null && volume_gone "$VOLUME_1" && ' +
        'volume_shows "$VOLUME_2" in-use "$SERVER_1"',
    );
    expect(script).toContain('if rests all_is_well; then conforms');
  });

  test('sends calls at the same moment and knows all that they may lead to', () => {
    const after = [{ lists: [[], []], volumes: [] }];
    const script = scriptOf(
      {
        shows: 'burst',
        together: 1,
        outcomes: [{ answers: ['409'], after }],
      },
      { mode: 'burst' },
    );
    expect(script).toContain(`say "$STATUS" > "$WORK/step_2.status" ) &`);
    expect(script).toContain("'409') outcome=outcome_1 ;;");
    expect(script).toContain("*) fails 'no order of the requests explains the answers'");
  });

  test.each([
    ['body /volumeAttachment/tag', '"here"', 'values step_2 tag | grep -q -x -F -e here'],
    ['body /volumeAttachment/tag', 'absent', '[ -z "$(value step_2 tag)" ]'],
    ['header vary', 'absent', `! grep -i '^vary:' "$WORK/step_2.headers"`],
    ['body', 'no body', '[ ! -s "$WORK/step_2" ]'],
    ['items', '3 items', 'which this script cannot judge'],
  ])('looks for what came in the answer again: %s, %s', (what, received, line) => {
    expect(scriptOf({ shows: 'answer', what, received })).toContain(line);
  });

  test('takes whatever came from the cloud as text', () => {
    const text = `'; echo "$(id)\`id\`"; '`;
    const steps = makeHistoryFailure().steps.map(step => ({ ...step, text }));
    const exchange = makeExchange({ url: `http://127.0.0.1/servers/${text}`, body: text, headers: { a: text } });
    const script = scriptOf({ expected: text }, { steps: steps.map(step => ({ ...step, exchange })) });
    const said = script.split('\n').filter(line => line.startsWith("say '"));
    const output = execFileSync('sh', { input: ['say() { echo "$*"; }', ...said].join('\n') });
    expect(output.toString().split('\n')).toEqual([`1  ${text}`, `2  ${text}`, '']);
    const sent = script.split('\n').filter(line => line.startsWith('send '));
    const functions = ['send() { printf "%s\\n" "$@"; }', 'OS_TOKEN=', 'COMPUTE=', 'SERVER_1=', 'VOLUME_2='];
    const words = execFileSync('sh', { input: [...functions, ...sent].join('\n') });
    expect(words.toString().split('\n')).toEqual(expect.arrayContaining([`/servers/${text}`, `a: ${text}`, text]));
  });
});
