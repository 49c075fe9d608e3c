import { testShortSeeds } from './short-seeds.ts';

testShortSeeds({ from: 4, to: 8 });
