import { loadSituation, type SituationSources } from './load-situation.ts';
import { audienceOf, type MailData, type MailKind } from './mail-data.ts';
import { renderMail, type Letterhead, type RenderedMail } from './render.ts';
import type { Situation } from './situation.ts';
import { isMailKind, writeMail } from './templates/templates.ts';

export interface ComposeSources extends SituationSources {
  /** Such as `WhisperForge <billing@example.com>`. */
  readonly from: string;
  /** Who of the staff is written to; nobody where nothing is said. */
  readonly staffEmail: string | undefined;
}

/** A mail as it is on record. */
export interface RecordedMail {
  readonly kind: string;
  readonly accountId: number;
  /** Of the kind that is named; the two were written together. */
  readonly data: unknown;
}

export type ComposedMail =
  | {
      readonly kind: 'written';
      /** Undefined where nobody of the staff is to be told. */
      readonly to: string | undefined;
      readonly rendered: RenderedMail;
    }
  | { readonly kind: 'stale'; readonly reason: string };

/** Writes a mail as things stand now, or says why there is nothing to tell any more. */
export async function composeMail(
  sources: ComposeSources,
  mail: RecordedMail,
  nowMs: number,
): Promise<ComposedMail> {
  const { kind, accountId } = mail;
  if (!isMailKind(kind)) return { kind: 'stale', reason: 'nobody knows how to write it' };
  // The two were written together, by `queueMails`, which takes them as one.
  const data = mail.data as MailData[MailKind];
  const invoiceId = 'invoiceId' in data ? data.invoiceId : null;
  const situation = await loadSituation(sources, { accountId, invoiceId, nowMs });
  const written = writeMail(kind, data, situation);
  if (written.kind === 'stale') return written;
  const rendered = renderMail(written.document, letterhead(sources.from, kind, situation));
  return { kind: 'written', to: recipientOf(sources, kind, situation), rendered };
}

function recipientOf(
  { staffEmail }: ComposeSources,
  kind: MailKind,
  { account }: Situation,
): string | undefined {
  return audienceOf(kind) === 'staff' ? staffEmail : account.email;
}

export function letterhead(from: string, kind: MailKind, { account }: Situation): Letterhead {
  const senderName = /^([^<>]+?) *</.exec(from)?.[1] ?? 'WhisperForge';
  if (audienceOf(kind) === 'staff') {
    const footer = 'You get this because STAFF_EMAIL of the billing system names this address.';
    return { senderName, greeting: 'Hello,', footer };
  }
  const footer = `You get this because ${account.email} has an account with ${senderName}.`;
  return {
    senderName,
    greeting: account.name === null ? 'Hello,' : `Hello ${account.name},`,
    footer,
  };
}
