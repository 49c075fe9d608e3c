import type { Effect, Projection } from '../../projection/effect.ts';
import type { NewMail } from '../mail-data.ts';
import { queueMails } from '../store.ts';
import { decideNews } from './decide-news.ts';

/** Puts the mails on their way that follow from a projection. */
export function newsEffect({ hasStaff }: { readonly hasStaff: boolean }): Effect {
  return async (projection) => {
    const { access, retrievedMs: nowMs, subscription, invoices, isImport = false } = projection;
    const accountId = access.account.id;
    const news = decideNews({ accountId, nowMs, subscription, invoices, isImport });
    const forStaff = hasStaff ? duplicates(projection) : [];
    await queueMails(access.tx, [...news, ...forStaff], nowMs);
  };
}

/** A second subscription of one account is ended by itself; how it came about is for a person. */
function duplicates({ access, retrievedMs: dueMs, duplicates: remotes }: Projection): NewMail[] {
  return remotes.map(({ id }) => ({
    key: `duplicate_subscription:${id}`,
    kind: 'staff_attention',
    accountId: access.account.id,
    dueMs,
    data: {
      title: 'a customer has two subscriptions',
      text:
        `The subscription ${id} lives beside an older one of the same customer. ` +
        'It is to be canceled and refunded; look whether it was, and how it came about.',
    },
  }));
}
