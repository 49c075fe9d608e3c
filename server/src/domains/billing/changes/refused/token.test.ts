import { expect, test } from 'vitest';
import { ACTOR, useShop, type Buyer } from '../../checkout/shop.fixture.ts';

const shop = useShop('tokens');

async function subscribed(): Promise<Buyer> {
  const buyer = await shop().person();
  await shop().subscribe(buyer, 'business');
  return buyer;
}

async function previewed({ user }: Buyer): Promise<string> {
  const wish = { plan: 'pro', billingCycle: 'monthly', seats: null, promotionCode: null } as const;
  const { selling, clock } = shop();
  const preview = { user, ...wish, when: 'period_end' } as const;
  return (await selling.changes.preview(preview, clock.nowMs())).token;
}

function carryOut({ user }: Buyer, token: string) {
  const { selling, clock } = shop();
  return selling.changes.change({ user, actor: ACTOR, token }, clock.nowMs());
}

const invalid = { code: 'preview_token_invalid' };

test('a token of somebody else is none', async () => {
  const [one, other] = [await subscribed(), await subscribed()];
  await expect(carryOut(other, await previewed(one))).rejects.toMatchObject(invalid);
});

test('a token that was changed, or is written otherwise, is none', async () => {
  const buyer = await subscribed();
  const token = await previewed(buyer);
  const [content, signature] = token.split('.') as [string, string];
  const dear = Buffer.from(content, 'base64url').toString().replace('"amountDueMinor":0', '$&0');
  const others = [
    `${token}=`,
    `${token}.`,
    ` ${token}`,
    `${content}=.${signature}`,
    `${content}!.${signature}`,
    `${content.slice(0, 8)}\n${content.slice(8)}.${signature}`,
    content,
    `${content}.`,
    `.${signature}`,
    `${Buffer.from(dear).toString('base64url')}.${signature}`,
    `${content}.${Buffer.alloc(32).toString('base64url')}`,
  ];
  for (const each of others) await expect(carryOut(buyer, each)).rejects.toMatchObject(invalid);
  expect(await carryOut(buyer, token)).toEqual({ kind: 'scheduled' });
});
