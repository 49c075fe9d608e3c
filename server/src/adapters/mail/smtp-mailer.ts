import { createTransport, type NodemailerError } from 'nodemailer';
import { MAIL_REFUSED, MAIL_UNAVAILABLE, type Mailer } from '../../domains/billing/index.ts';
import { AppError } from '../../platform/errors.ts';
import { transportOptions, type SmtpOptions } from './smtp-options.ts';

/** For a whole mail, however its parts share it. */
const SEND_TIMEOUT_MS = 40_000;

/** Mails by SMTP, each over a connection of its own. */
export function createSmtpMailer(options: SmtpOptions): Mailer {
  const transport = createTransport(transportOptions(options));
  const { timeoutMs: limitMs = SEND_TIMEOUT_MS } = options;
  return {
    async send({ to, from, subject, text, html, messageId }, signal) {
      requireOneLine({ to, from, subject, messageId });
      const sender = senderOf(from);
      const recipient = addressOf(to);
      try {
        await transport.sendMail({
          // Said apart from the headers, which are only for reading.
          envelope: { from: sender.address, to: [recipient] },
          from: sender,
          to: { name: '', address: recipient },
          subject,
          text,
          html,
          messageId,
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
        });
      } catch (error) {
        throw translated(error);
      }
    },
  };
}

/** A line's end within a header would begin another one. */
function requireOneLine(fields: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(fields)) {
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) throw refused(`its ${name} is not one line`);
  }
}

const NAMED = /^([^<>]*?) *<([^<>]+)>$/;

function senderOf(from: string): { readonly name: string; readonly address: string } {
  const named = NAMED.exec(from);
  return { name: named?.[1] ?? '', address: addressOf(named?.[2] ?? from) };
}

/** One bare address and nothing that a list or a name could hide in. */
function addressOf(text: string): string {
  const isOne = text.length <= 320 && /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/.test(text);
  if (!isOne) throw refused('an address is not one of a mailbox');
  return text;
}

/** Stages at which a lasting no is about this mail and not about who sends it. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA']);

function translated(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const fault: NodemailerError = error;
  const isLasting = fault.permanent === true && ABOUT_THE_MAIL.has(fault.command ?? '');
  if (isLasting) return refused(`the mail server refuses it: ${fault.message}`, error);
  return new AppError(
    MAIL_UNAVAILABLE,
    { message: `The mail server does not take mails just now: ${fault.message}` },
    error,
  );
}

function refused(why: string, cause?: unknown): AppError {
  return new AppError(MAIL_REFUSED, { message: `A mail cannot be sent: ${why}.` }, cause);
}
