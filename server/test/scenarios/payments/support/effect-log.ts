import type { Effect } from '../../../../src/domains/billing/index.ts';

/** Effects that note what they were shown. */
export interface EffectLog {
  readonly note: Effect;
  /** Notes, and grants a minute for each invoice that has been paid. */
  readonly grantForEachPayment: Effect;
  readonly subscriptions: readonly (string | null)[];
  /** Of each time that there were any. */
  readonly duplicates: readonly (readonly string[])[];
  readonly invoices: readonly string[];
}

export function createEffectLog(): EffectLog {
  const subscriptions: (string | null)[] = [];
  const duplicates: string[][] = [];
  const invoices: string[] = [];
  const note: Effect = (projection) => {
    subscriptions.push(projection.subscription?.remote.id ?? null);
    const others = projection.duplicates.map(({ id }) => id);
    if (others.length > 0) duplicates.push(others);
    invoices.push(...projection.invoices.map(({ invoice }) => invoice.id));
    return Promise.resolve();
  };
  return {
    note,
    async grantForEachPayment(projection) {
      await note(projection);
      const { access } = projection;
      for (const { invoice } of projection.invoices) {
        if (invoice.status !== 'paid') continue;
        await access.grant({
          kind: 'pack',
          feature: 'audio_minutes',
          amount: 1_000_000n,
          source: 'stripe_invoice',
          sourceId: invoice.id,
          expiresMs: null,
        });
      }
    },
    subscriptions,
    duplicates,
    invoices,
  };
}
