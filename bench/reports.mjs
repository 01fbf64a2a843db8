// @ts-check
// Measures the reports of 10,000 cases with evidence, in one process: npm run bench:reports -- [--cases N] [--exchanges N]
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReports } from '../build/reporters/write-reports.js';
import { reportOutputs } from '../build/src/cli/report-outputs.js';
import { emptyReport, rulesOf } from '../build/src/cli/run-report.js';
import { loadContract } from '../build/src/contract/load.js';
import { RunRecord } from '../build/src/evidence/run-record.js';
import { everything } from '../build/src/plan/capabilities.js';
import { makePlan } from '../build/src/plan/plan.js';

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    // Of each case in the record; a default run has 4.5.
    exchanges: { type: 'string', default: '4' },
    // Every n-th case fails; 0: none.
    failing: { type: 'string', default: '10' },
  },
});
const failing = Number(options.failing);
const contract = loadContract();
const selection = { microversions: 'all', rules: [], cases: [], suites: [], levels: [], seed: 1 };
const all = makePlan(contract, everything(contract), selection).cases.filter(one => !one.history);
const cases = all.slice(0, Number(options.cases));
const commands = { command: 'npx novaspec run', replay: 'npx novaspec replay' };
const folder = mkdtempSync(join(tmpdir(), 'novaspec-bench-'));
const report = emptyReport(Date.now(), { runId: 'bench', folder }, contract, commands, selection, null);
Object.assign(report, { cases, complete: true, exitCode: failing > 0 ? 1 : 0, finishedAt: Date.now() });
report.rules = rulesOf(contract, report);
const list = [1, 2, 3].map(number => ({
  id: `0b9d4c1e-53a6-4f7e-8d21-6c7e5a9b3f4${number}`,
  volumeId: `0b9d4c1e-53a6-4f7e-8d21-6c7e5a9b3f4${number}`,
  serverId: '5f3c7c5e-7a4d-4b0e-9c2a-0d6b8f1e2a31',
  device: `/dev/vd${number}`,
  tag: null,
  delete_on_termination: false,
  attachment_id: '979ce4f8-033a-409d-85e6-6b5c0f6a6302',
  bdm_uuid: 'c088db45-92b8-49e8-81e2-a1b77a144b3b',
}));

/** @param {number} number */
const exchange = number => ({
  request: {
    method: 'GET',
    url: `http://127.0.0.1:8774/v2.1/servers/5f3c7c5e-7a4d-4b0e-9c2a-0d6b8f1e2a31/os-volume_attachments?limit=${number}`,
    headers: { Accept: 'application/json', 'X-Auth-Token': '***', 'OpenStack-API-Version': 'compute 2.104' },
  },
  response: {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'openstack-api-version': 'compute 2.104',
      'x-openstack-nova-api-version': '2.104',
      vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
      'x-openstack-request-id': `req-${number}`,
      'x-compute-request-id': `req-${number}`,
    },
    body: JSON.stringify({ volumeAttachments: list }),
  },
  startedAt: 1_790_000_000_000.123 + number,
  durationMs: 1.234,
});

for (const [index, { id, level }] of cases.entries()) {
  const fails = failing > 0 && index % failing === 0;
  const deviation = { what: 'body /volumeAttachments/0/tag', expected: '"db"', received: 'null', level };
  report.results.set(id, {
    id,
    verdict: fails ? 'fail' : 'pass',
    deviations: fails ? [deviation] : [],
    findings: [],
    exchanges: fails ? [exchange(index)] : [],
    startedAt: 1_790_000_000_000 + index,
    durationMs: 12,
    requests: 1,
  });
}
const before = process.memoryUsage.rss();
const outputs = await reportOutputs(undefined, folder, {});

let start = performance.now();
const record = new RunRecord(join(folder, 'exchanges.har'), report.tool, 'bench');
const { recorder } = record;
for (const { id } of cases) {
  const scope = recorder.scope(id);
  for (let number = 0; number < Number(options.exchanges); number += 1) {
    recorder.note(id, number, 'member', 'compute', exchange(number));
  }
  recorder.page(scope, { kind: 'case', case: id, lease: { values: {} }, lasted: true, waits: [1] });
}
record.end();
const recorded = performance.now() - start;

start = performance.now();
await writeReports(report, folder, outputs);
const written = performance.now() - start;
const peak = process.resourceUsage().maxRSS / 1024;

const sizes = readdirSync(folder).map(name => `  ${name}: ${mega(statSync(join(folder, name)).size)} MB`);
process.stdout.write(
  [
    `${cases.length} cases, every ${failing}th fails, ${Number(options.exchanges)} exchanges each`,
    `record: ${(recorded / 1000).toFixed(2)} s; all other reports: ${(written / 1000).toFixed(2)} s`,
    `peak of the process: ${peak.toFixed(0)} MB, of which ${mega(before)} MB were there before the first report`,
    ...sizes,
    '',
  ].join('\n'),
);
rmSync(folder, { recursive: true });

/** @param {number} bytes */
function mega(bytes) {
  return (bytes / 1024 / 1024).toFixed(1);
}
