import { expect, test } from 'vitest';
import { troubles } from '../../cloud/cloud.ts';
import { requestSurvivals } from './requests.ts';
import { resourceSurvivals } from './resources.ts';
import { testSurvivals } from './troubles.ts';

test('there is a test for every trouble', () => {
  const tested = Object.keys({ ...resourceSurvivals, ...requestSurvivals });
  expect(tested.toSorted()).toEqual(troubles.map(({ id }) => id).toSorted());
});

testSurvivals(requestSurvivals);
