import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { faults } from '../cloud/cloud.ts';
import { judgeCloud } from './proof/judge-cloud.ts';

const names = [
  'attach-no-action',
  'action-request-id-differs',
  'attach-never-completes',
  'unshelve-names-no-device',
  'delete-server-keeps-flagged',
  'delete-server-keeps-attachments',
  'detach-row-stays',
  'detach-volume-stays',
  'attach-flag-lost',
  'attach-tag-lost',
  'update-flag-lost',
];
const part = Number(process.env.PART ?? 0);
const only = process.env.ONLY?.split(',');
const some = faults
  .filter(f => (only ? only.includes(f.id) : (f.kind as string) === 'async' || names.includes(f.id)))
  .filter((_, i) => only || i % 2 === part);
test('matrix', async () => {
  for (const f of some) {
    const t = Date.now();
    const release = f.id.startsWith('swap') ? 'zed' : '2026.2';
    const microversions = release === 'zed' ? 'latest' : '2.79,2.100,latest';
    const results = await judgeCloud({ faults: [f.id], release }, { suites: ['async'], microversions });
    const by = new Map<string, number>();
    const errs = new Map<string, number>();
    for (const r of results) {
      if (r.verdict === 'fail' || r.findings.length) {
        const k = r.id.replace(/[[@].*$/, '');
        by.set(k, (by.get(k) ?? 0) + 1);
      }
      if (r.verdict === 'error') errs.set(r.message ?? '', (errs.get(r.message ?? '') ?? 0) + 1);
    }
    const first = results.find(r => r.verdict === 'fail');
    appendFileSync(
      '/tmp/matrix.txt',
      `${f.id}: ${f.sentence}\n   ${[...by].map(([k, n]) => `${k}(${n})`).join(' ') || 'NOT CAUGHT'}   ${Date.now() - t}ms\n   ${first?.message ?? ''}\n${
        errs.size
          ? `   ERR ${[...errs]
              .map(([k, n]) => `${n}x ${k}`)
              .slice(0, 3)
              .join(' | ')
              .slice(0, 300)}\n`
          : ''
      }`,
    );
  }
}, 3_600_000);
