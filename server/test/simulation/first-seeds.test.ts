import { testShortSeeds } from './short-seeds.ts';

testShortSeeds({ from: 0, to: 4 });
