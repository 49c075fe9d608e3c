import { expect, test } from 'vitest';
import { describeFailure, liveLives } from './lives.ts';
import { checkAccount } from './lives/invariants.ts';
import { live } from './lives/life.ts';
import { createTally } from './lives/tally.ts';
import { createJudge } from './lives/world/judge.ts';
import { createWorld } from './lives/world/world.ts';

const STEPS = 800;

test('in random lives, all sums agree, previews come true and time has no seams', async () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`lives from seed ${seed}`);
  const failure = await liveLives({ seed, steps: STEPS });
  expect(failure === null ? '' : describeFailure(failure)).toBe('');
});

/** A life in which there is something of everything that is looked at here. */
const SEED = 3;

async function relive({ isJudged }: { readonly isJudged: boolean }) {
  const log: string[] = [];
  const judge = createJudge();
  const world = createWorld({ seed: 'again', judge, isJudged });
  const lived = await live(world, {
    seed: SEED,
    steps: 30,
    parts: 1,
    partsOfYear: 1,
    isForeseen: true,
    log,
    tally: createTally(),
  });
  world.close();
  expect(world.takeProblems()).toEqual([]);
  const told = lived.events.map(({ type, created, data }) => ({ type, created, data }));
  // As it is on the wire, where nothing is undefined.
  return JSON.parse(JSON.stringify({ ...lived, events: told, log })) as typeof lived;
}

test('a life is the same whenever it is lived, through the SDK or without it', async () => {
  const through = await relive({ isJudged: true });
  expect(await relive({ isJudged: true })).toEqual(through);
  expect(await relive({ isJudged: false })).toEqual(through);
});

test('a sum that is off is found in the account of a life', async () => {
  const { account } = await relive({ isJudged: false });
  const life = { resets: new Set<string>(), paidOutOfBand: 0 };
  const [invoice, ...others] = account.wholeInvoices;
  const off = { ...invoice!, subtotal: invoice!.subtotal + 1 };
  const breaches = checkAccount({ ...account, wholeInvoices: [off, ...others] }, life);
  expect(breaches).toContainEqual(expect.stringContaining('do not sum to'));
  const [charge, ...charges] = account.charges;
  const over = { ...charge!, amount_refunded: charge!.amount + 1 };
  expect(checkAccount({ ...account, charges: [over, ...charges] }, life)).toContainEqual(
    expect.stringMatching(/refunded of .* captured/),
  );
});
