export { createSmtpMailer } from './smtp-mailer.ts';
export type { SmtpOptions } from './smtp-options.ts';
