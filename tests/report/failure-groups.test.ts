import { expect, test } from 'vitest';
import { groupErrors } from '../../src/report/failure-groups.ts';
import { makeCase, makeResult, makeRun } from './make-report.ts';

test('one cause at several servers is one cause, told as it was first met', () => {
  const causes = [
    'server 0c3d9f64-8c5e-4d0a-9d2b-1f0a1c2d3e4f did not get there',
    'no quota',
    'server 7a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d did not get there',
  ];
  const judged = causes.map((message, at) => {
    const one = makeCase({ id: `${at}` });
    return [one, makeResult(one.id, { verdict: 'error', message })] as [typeof one, ReturnType<typeof makeResult>];
  });
  const groups = groupErrors(makeRun(judged)).map(({ title, members }) => ({ title, count: members.length }));
  expect(groups).toEqual([
    { title: causes[0], count: 2 },
    { title: causes[1], count: 1 },
  ]);
});
