import { expect, test } from 'vitest';
import type { OutgoingMail } from '../../domains/billing/index.ts';
import { createSmtpMailer } from './smtp-mailer.ts';
import { transportOptions } from './smtp-options.ts';
import { startSmtpServer } from './smtp-server.fixture.ts';

const never = new AbortController().signal;

const mail = (said: Partial<OutgoingMail> = {}): OutgoingMail => ({
  to: 'ada@example.com',
  from: 'WhisperForge <billing@example.com>',
  subject: 'Your payment failed',
  text: 'Plain words.\n',
  html: '<p>Plain words.</p>',
  messageId: '<abc@example.com>',
  ...said,
});

const headerOf = (content: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(content.split('\n\n')[0] ?? '')?.[1];

test('a mail arrives with its text, its HTML and its own id, from and to one address', async () => {
  const server = await startSmtpServer();
  await createSmtpMailer({ url: server.url }).send(mail(), never);
  const [received] = server.mails;
  expect(received).toMatchObject({
    sender: 'billing@example.com',
    recipients: ['ada@example.com'],
  });
  const { content } = received!;
  expect(headerOf(content, 'Subject')).toBe('Your payment failed');
  expect(headerOf(content, 'From')).toBe('WhisperForge <billing@example.com>');
  expect(headerOf(content, 'To')).toBe('ada@example.com');
  expect(headerOf(content, 'Message-ID')).toBe('<abc@example.com>');
  expect(headerOf(content, 'Auto-Submitted')).toBe('auto-generated');
  expect(content).toContain('Content-Type: multipart/alternative');
  expect(content).toContain('Plain words.');
  expect(content).toContain('<p>Plain words.</p>');
});

test.each([
  ['to', 'ada@example.com\r\nBcc: eve@example.com'],
  ['to', 'ada@example.com, eve@example.com'],
  ['to', 'Ada <ada@example.com>'],
  ['to', 'not an address'],
  ['subject', 'Hello\nBcc: eve@example.com'],
  ['subject', 'Hello\u2028Bcc: eve@example.com'],
  ['from', 'Forge <a@example.com>\r\nBcc: eve@example.com'],
  ['from', 'Forge <a@example.com>, <b@example.com>'],
  ['messageId', '<a@example.com>\r\nBcc: eve@example.com'],
])('nothing leaves where the %s is %j', async (field, value) => {
  const server = await startSmtpServer();
  const sending = createSmtpMailer({ url: server.url }).send(mail({ [field]: value }), never);
  await expect(sending).rejects.toMatchObject({ code: 'mail_refused' });
  expect(server.commands).toEqual([]);
});

test('a subject and a name of any letters arrive as one encoded line', async () => {
  const server = await startSmtpServer();
  const subject = 'Zahlung über 19,00 € fehlgeschlagen – bitte prüfen';
  const from = 'Fluß <billing@example.com>';
  await createSmtpMailer({ url: server.url }).send(mail({ subject, from }), never);
  const { content } = server.mails[0]!;
  expect(headerOf(content, 'Subject')).toMatch(/^=\?UTF-8\?/);
  expect(headerOf(content, 'From')).toMatch(/^=\?UTF-8\?\S+ <billing@example\.com>$/);
});

test.each([
  ['RCPT', '550 5.1.1 there is nobody of that name', 'mail_refused'],
  ['RCPT', '450 4.2.1 the mailbox is busy', 'mail_unavailable'],
  ['DATA', '554 5.7.1 that is not taken', 'mail_refused'],
  ['.', '554 5.7.1 that is spam', 'mail_refused'],
  ['.', '451 4.3.0 try again', 'mail_unavailable'],
  ['MAIL', '550 5.7.1 you may not send', 'mail_unavailable'],
  ['EHLO', '421 4.3.2 not now', 'mail_unavailable'],
])('an answer to %s of %j is %s', async (command, reply, code) => {
  const server = await startSmtpServer();
  server.answer(command, reply);
  const sending = createSmtpMailer({ url: server.url }).send(mail(), never);
  await expect(sending).rejects.toMatchObject({ code });
  expect(server.mails).toEqual([]);
});

test('a server that falls silent is given up in time', async () => {
  const server = await startSmtpServer();
  server.hush('DATA');
  const sending = createSmtpMailer({ url: server.url, timeoutMs: 200 }).send(mail(), never);
  await expect(sending).rejects.toMatchObject({ code: 'mail_unavailable' });
});

test('a mail that is under way is given up when it is told to', async () => {
  const server = await startSmtpServer();
  server.hush('MAIL');
  const stopping = new AbortController();
  const sending = createSmtpMailer({ url: server.url }).send(mail(), stopping.signal);
  const fault = sending.then(
    () => undefined,
    (error: unknown) => error,
  );
  await expect.poll(() => server.commands.some((line) => line.startsWith('MAIL'))).toBe(true);
  stopping.abort();
  expect(await fault).toMatchObject({ code: 'mail_unavailable' });
});

test('a server that is not there is one that is unavailable', async () => {
  const { url } = await startSmtpServer();
  const away = url.replace(/\d+$/, '1');
  const sending = createSmtpMailer({ url: away }).send(mail(), never);
  await expect(sending).rejects.toMatchObject({ code: 'mail_unavailable' });
});

test('where TLS is asked for and not to be had, no password and no mail is said', async () => {
  const server = await startSmtpServer();
  const url = `smtp://user:secret@127.0.0.1:${server.port}`;
  const sending = createSmtpMailer({ url, requiresTls: true }).send(mail(), never);
  await expect(sending).rejects.toMatchObject({ code: 'mail_unavailable' });
  expect(server.commands.join('\n')).not.toMatch(/AUTH|MAIL FROM|RCPT/i);
  expect(server.mails).toEqual([]);
});

test('where TLS is offered and breaks, nothing is said in clear', async () => {
  const server = await startSmtpServer();
  server.answer('EHLO', '250-mail.example.com\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS');
  server.answer('STARTTLS', '454 TLS is not available');
  const url = `smtp://user:secret@127.0.0.1:${server.port}`;
  const sending = createSmtpMailer({ url }).send(mail(), never);
  await expect(sending).rejects.toMatchObject({ code: 'mail_unavailable' });
  expect(server.commands.join('\n')).not.toMatch(/AUTH|MAIL FROM/i);
});

test('only a server on this machine may go without TLS', () => {
  const asked = (url: string) => {
    const { secure, requireTLS, port } = transportOptions({ url });
    return { secure, requireTLS, port };
  };
  expect(asked('smtps://mail.example.com')).toEqual({ secure: true, requireTLS: false, port: 465 });
  expect(asked('smtp://mail.example.com')).toEqual({ secure: false, requireTLS: true, port: 587 });
  expect(asked('smtp://10.0.0.5:25')).toEqual({ secure: false, requireTLS: true, port: 25 });
  expect(asked('smtp://127.0.0.1:25').requireTLS).toBe(false);
  expect(asked('smtp://[::1]:25').requireTLS).toBe(false);
  expect(asked('smtp://localhost.example.com:25').requireTLS).toBe(true);
  expect(transportOptions({ url: 'smtp://a%40b:p%3Aq@mail.example.com' }).auth).toEqual({
    user: 'a@b',
    pass: 'p:q',
  });
});
