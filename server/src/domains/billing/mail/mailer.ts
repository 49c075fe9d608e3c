import type { ErrorCode } from '../../../platform/errors.ts';

/** A mail as it leaves. Addresses are bare, but for a sender's name: `Name <a@example.com>`. */
export interface OutgoingMail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same for the same mail, so that one that is sent twice is known to be one. */
  readonly messageId: string;
}

export interface Mailer {
  /**
   * Resolves when the mail is out of our hands. Throws `mail_unavailable` where another attempt may
   * succeed, and `mail_refused` where it may not. Gives up soon after the signal.
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
}

export const MAIL_UNAVAILABLE: ErrorCode = { code: 'mail_unavailable', kind: 'unavailable' };
export const MAIL_REFUSED: ErrorCode = { code: 'mail_refused', kind: 'invalid' };
