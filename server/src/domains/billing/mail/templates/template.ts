// pure
import type { MailDocument } from '../document.ts';
import type { MailData, MailKind } from '../mail-data.ts';
import type { Situation } from '../situation.ts';

/** How one kind of mail is written. */
export interface Template<K extends MailKind> {
  /** Why it is not to be sent any more; `null` where it still holds. */
  staleBecause(data: MailData[K], situation: Situation): string | null;
  write(data: MailData[K], situation: Situation): MailDocument;
}

export const ENDED = 'the subscription has ended';
export const SETTLED = 'nothing is owed any more';
