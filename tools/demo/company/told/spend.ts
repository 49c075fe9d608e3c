// pure
import { DAY_MS, dayIn, UTC } from '@whisperforge/kernel/period';
import type { Company } from '../company.ts';
import { randomOf } from '../random.ts';
import { isWithin, type Days, type Story } from '../story.ts';
import type { ToldLine } from './told-line.ts';

/** What one sign-up of a source costs, in dollars; the others come by themselves. */
const A_SIGN_UP = { search: 46, social: 33, newsletter: 12, partner: 58 } as const;
/** What is paid for whether anybody comes or not, in sign-ups a day. */
const ANYWAY_A_DAY = 0.06;

export function spendOf(span: Days, { terms, lives }: Company): ToldLine[] {
  const random = randomOf(`${terms.seed} spend ${span.startMs}`);
  const came = lives.filter(({ person }) => isWithin(span, person.signedUpMs));
  const days = (span.endMs - span.startMs) / DAY_MS;
  return Object.entries(A_SIGN_UP).map(([channel, cost]) => {
    const count = came.filter(({ person }) => person.source === channel).length;
    const amount = (count + days * ANYWAY_A_DAY) * cost * (0.85 + random.next() * 0.3);
    const [period, until] = [dayIn(UTC, span.startMs), dayIn(UTC, span.endMs)];
    return { channel, period, until, amount: amount.toFixed(2), currency: 'usd' };
  });
}

/** Dollars for a million tokens read and written: at first, and from the day of the drop on. */
const AI_PRICES = [
  ['openai', 'gpt-3.5', [0.5, 1.5], [0.5, 1.5]],
  ['openai', 'gpt-4', [30, 60], [10, 30]],
  ['anthropic', 'claude-sonnet', [3, 15], [3, 15]],
  ['anthropic', 'claude-opus', [15, 75], [5, 25]],
  ['xai', 'grok-2', [2, 10], [2, 10]],
] as const;

export function aiPrices({ beginMs, aiPriceDropMs }: Story): ToldLine[] {
  return AI_PRICES.flatMap(([provider, model, first, later]) => {
    const line = (atMs: number, [tokensIn, tokensOut]: readonly [number, number]): ToldLine => ({
      provider,
      model,
      starts_on: dayIn(UTC, atMs),
      currency: 'usd',
      per_million_tokens_in: String(tokensIn),
      per_million_tokens_out: String(tokensOut),
    });
    if (first === later || aiPriceDropMs <= beginMs) return [line(beginMs, later)];
    return [line(beginMs, first), line(aiPriceDropMs, later)];
  });
}
