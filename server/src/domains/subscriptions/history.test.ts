import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, first, invoice, line, price, subscription, swap } from './history/records.fixture.ts';
import { deriveHistory, type SubscriptionChange } from './index.ts';

const [pro, business, free] = [price('1900'), price('4900'), price('0')];
const NOW_MS = day('12-31');

const told = (history: readonly SubscriptionChange[]): string[] =>
  history.map(({ effectiveMs, cause, status, items }) => {
    const sold = items.map(({ quantity, unitAmountDecimal }) => `${quantity}x${unitAmountDecimal}`);
    const at = new Date(effectiveMs).toISOString().slice(5, 10);
    return `${at} ${cause} ${status} ${sold.join('+')}`.trim();
  });

const begun = first('01-01', [line('01-01', pro)]);

describe('what is billed', () => {
  test('tells nothing of what lies ahead', () => {
    const invoices = [begun, invoice('02-01', [line('02-01', business)])];
    expect(told(deriveHistory(subscription([business]), invoices, day('01-31')))).toEqual([
      '01-01 started active 1x1900',
    ]);
  });

  test('and voided afterwards was never changed to, so that its row is superseded', () => {
    const upgrade = invoice('01-10', swap('01-10', '02-01', [pro, business]), {
      billingReason: 'subscription_update',
    });
    const voided = { ...upgrade, status: 'void', paidMs: null, voidedMs: day('01-12') } as const;
    expect(deriveHistory(subscription([business]), [begun, upgrade], NOW_MS)).toHaveLength(2);
    expect(deriveHistory(subscription([pro]), [begun, voided], NOW_MS)).toHaveLength(1);
  });

  test('for use is nothing that recurs', () => {
    const metered = price('5', { id: 'price_use', isMetered: true });
    const use = line('01-01', metered, { itemId: 'si_2', quantity: 900 });
    const invoices = [begun, invoice('02-01', [line('02-01', pro), use])];
    expect(told(deriveHistory(subscription([pro, metered]), invoices, NOW_MS))).toEqual([
      '01-01 started active 1x1900',
    ]);
  });

  test('by tiers counts as one unit of what was billed', () => {
    const tiers = price(null);
    const [small, large] = [5000, 8000].map((amountMinor) => ({ amountMinor, quantity: 7 }));
    const invoices = [
      first('01-01', [line('01-01', tiers, small)]),
      invoice('02-01', [line('02-01', tiers, large)]),
    ];
    expect(told(deriveHistory(subscription([tiers]), invoices, NOW_MS))).toEqual([
      '01-01 started active 1x5000',
      '02-01 items_changed active 1x8000',
    ]);
  });

  test('once does not count', () => {
    const setup = line('01-01', pro, { itemId: null, price: null, amountMinor: 9900 });
    const invoices = [first('01-01', [setup, line('01-01', pro)])];
    expect(told(deriveHistory(subscription([pro]), invoices, NOW_MS))).toEqual([
      '01-01 started active 1x1900',
    ]);
  });

  test('no longer is gone from the end of its last period', () => {
    const seat = price('950');
    const seats = line('01-01', seat, { itemId: 'si_2' });
    const invoices = [
      first('01-01', [line('01-01', pro), seats]),
      invoice('02-01', [line('02-01', pro)]),
    ];
    const expected = ['01-01 started active 1x1900+1x950', '02-01 items_changed active 1x1900'];
    expect(told(deriveHistory(subscription([pro]), invoices, NOW_MS))).toEqual(expected);
    // The same before the next bill is there.
    const early = deriveHistory(subscription([pro]), invoices.slice(0, 1), day('02-01'));
    expect(told(early)).toEqual(expected);
  });

  test('by the year beside what is billed by the month stays when a month turns', () => {
    const yearly = price('12000', { interval: 'year' });
    const invoices = [
      first('01-01', [line('01-01', pro), line('01-01', yearly, { itemId: 'si_2' })]),
      invoice('02-01', [line('02-01', pro)]),
      invoice('03-01', [line('03-01', business)]),
    ];
    expect(told(deriveHistory(subscription([business, yearly]), invoices, NOW_MS))).toEqual([
      '01-01 started active 1x12000+1x1900',
      '03-01 items_changed active 1x12000+1x4900',
    ]);
  });

  test('as nothing from a change to a free price on is no pause', () => {
    const invoices = [
      begun,
      invoice('01-10', swap('01-10', '02-01', [pro]), { billingReason: 'subscription_update' }),
    ];
    const early = deriveHistory(subscription([free]), invoices, day('01-20'));
    expect(told(early)).toEqual(['01-01 started active 1x1900', '01-10 items_changed active']);
    const later = [...invoices, invoice('02-01', [line('02-01', free)])];
    expect(told(deriveHistory(subscription([free]), later, NOW_MS))).toEqual([
      ...told(early),
      '02-01 items_changed active 1x0',
    ]);
  });

  test('is read in the order of time, in whichever it is given', () => {
    const invoices = [
      begun,
      invoice('01-10', swap('01-10', '02-01', [pro, business])),
      invoice('02-01', [line('02-01', business)]),
      invoice('03-01', [line('03-01', pro)], { paidMs: day('03-05') }),
      invoice('04-01', [line('04-01', business)]),
    ];
    const record = subscription([business], { status: 'canceled', endedMs: day('05-01') });
    const history = deriveHistory(record, invoices, NOW_MS);
    expect(history).toHaveLength(6);
    fc.assert(
      fc.property(fc.shuffledSubarray(invoices, { minLength: invoices.length }), (shuffled) => {
        expect(deriveHistory(record, shuffled, NOW_MS)).toEqual(history);
      }),
    );
  });

  test('gives at each instant the beginning of what it gives later', () => {
    const invoices = [
      begun,
      invoice('01-10', swap('01-10', '02-01', [pro, business])),
      invoice('02-01', [line('02-01', business)], { paidMs: day('02-09') }),
    ];
    const record = subscription([business], { status: 'canceled', endedMs: day('02-20') });
    const whole = deriveHistory(record, invoices, NOW_MS);
    fc.assert(
      fc.property(fc.integer({ min: day('01-01'), max: NOW_MS }), (nowMs) => {
        const history = deriveHistory(record, invoices, nowMs);
        expect(history).toEqual(whole.slice(0, history.length));
        expect(history).toHaveLength(whole.filter((each) => each.effectiveMs <= nowMs).length);
      }),
    );
  });
});

describe('the status', () => {
  test('is past due from a failed renewal until it is paid, voided or given up', () => {
    const bill = invoice('02-01', [line('02-01', pro)], { paidMs: null, status: 'open' });
    const settledMs = day('02-20');
    const endings = [
      { status: 'paid', paidMs: settledMs },
      { status: 'void', voidedMs: settledMs },
      { status: 'uncollectible', markedUncollectibleMs: settledMs },
    ] as const;
    const late = deriveHistory(subscription([pro], { status: 'past_due' }), [begun, bill], NOW_MS);
    expect(told(late)).toEqual([
      '01-01 started active 1x1900',
      '02-01 payment_failed past_due 1x1900',
    ]);
    for (const ending of endings) {
      const history = deriveHistory(subscription([pro]), [begun, { ...bill, ...ending }], NOW_MS);
      expect(told(history)).toEqual([...told(late), '02-20 recovered active 1x1900']);
    }
  });

  test('is not past due within a minute of a charge, nor for a way to pay that takes days', () => {
    const bill = invoice('02-01', [line('02-01', pro)], { paidMs: null, status: 'open' });
    const early = deriveHistory(subscription([pro]), [begun, bill], day('02-01') + 59_000);
    expect(early).toHaveLength(1);
    const slow = { ...bill, isPaidSlowly: true };
    expect(deriveHistory(subscription([pro]), [begun, slow], day('02-10'))).toHaveLength(1);
  });

  test('of what is paid by invoice is past due from the day it was to be paid by', () => {
    const record = subscription([pro], { collectionMethod: 'send_invoice', status: 'past_due' });
    const sent = first('01-01', [line('01-01', pro)]);
    const open = { ...sent, status: 'open', paidMs: null, dueMs: day('01-31') } as const;
    expect(told(deriveHistory(record, [open], NOW_MS))).toEqual([
      '01-01 started active 1x1900',
      '01-31 payment_failed past_due 1x1900',
    ]);
  });

  test('of what a schedule began is active while its first invoice is a draft', () => {
    const draft = { ...begun, status: 'draft', finalizedMs: null, paidMs: null } as const;
    const later = { finalizedMs: begun.createdMs + 3_600_000, paidMs: begun.createdMs + 3_601_000 };
    for (const made of [draft, { ...begun, ...later }]) {
      expect(told(deriveHistory(subscription([pro]), [made], NOW_MS))).toEqual([
        '01-01 started active 1x1900',
      ]);
    }
  });

  test('unpaid counts from the last attempt, and one that nobody knows from its period', () => {
    const bill = invoice('02-01', [line('02-01', pro)], {
      paidMs: null,
      status: 'open',
      lastAttemptMs: day('02-22'),
    });
    const unpaid = subscription([pro], { status: 'unpaid' });
    expect(told(deriveHistory(unpaid, [begun, bill], NOW_MS)).slice(1)).toEqual([
      '02-01 payment_failed past_due 1x1900',
      '02-22 unpaid unpaid 1x1900',
    ]);
    const frozen = subscription([pro], { status: 'frozen' });
    const paid = invoice('02-01', [line('02-01', pro)]);
    expect(told(deriveHistory(frozen, [begun, paid], NOW_MS)).at(-1)).toBe(
      '02-01 status_changed frozen 1x1900',
    );
  });

  test('stays trialing until Stripe says that the trial is over', () => {
    const trial = { trialStartMs: day('01-01'), trialEndMs: day('01-15') };
    const invoices = [
      first('01-01', [line('01-01', pro, { amountMinor: 0, periodEndMs: day('01-15') })]),
    ];
    const tried = subscription([pro], { ...trial, status: 'trialing' });
    expect(told(deriveHistory(tried, invoices, day('01-16')))).toEqual([
      '01-01 started trialing 1x1900',
    ]);
    const over = subscription([pro], { ...trial, status: 'canceled', endedMs: day('01-15') });
    expect(told(deriveHistory(over, invoices, day('01-16')))).toEqual([
      '01-01 started trialing 1x1900',
      '01-15 ended canceled',
    ]);
  });
});
