import { testShortSeeds } from './short-seeds.ts';

testShortSeeds({ half: 1 });
