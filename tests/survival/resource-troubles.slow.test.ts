import { resourceSurvivals } from './resources.ts';
import { testSurvivals } from './troubles.ts';

testSurvivals(resourceSurvivals);
