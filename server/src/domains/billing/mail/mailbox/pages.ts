// pure
import { escapeHtml } from '../render.ts';
import { sayInstant } from '../wording.ts';

export interface ShownMail {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly sentMs: number;
}

export interface ShownWaiting {
  readonly kind: string;
  readonly audience: string;
  readonly dueMs: number;
  readonly attempts: number;
  readonly lastError: string | null;
}

export interface MailboxList {
  readonly mails: readonly ShownMail[];
  readonly waiting: readonly ShownWaiting[];
  /** Before which mail the next page begins. */
  readonly nextBeforeId: number | null;
}

const STYLE = `
:root { color-scheme: light dark; --paper: #f3f4f6; --sheet: #ffffff; --ink: #1f2937;
  --quiet: #4b5563; --line: #d9dde3; --accent: #1d4ed8; }
@media (prefers-color-scheme: dark) { :root { --paper: #0f1115; --sheet: #181b21;
  --ink: #e5e7eb; --quiet: #a9b1bd; --line: #2d323c; --accent: #8ab0ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 800px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { margin: 0 0 4px; font-size: 24px; line-height: 1.3; overflow-wrap: anywhere; }
h2 { margin: 32px 0 12px; font-size: 17px; }
p { margin: 0 0 16px; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.quiet { color: var(--quiet); }
.list { margin: 0; padding: 0; list-style: none; background: var(--sheet);
  border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.list li { padding: 12px 16px; overflow-wrap: anywhere; }
.list li + li { border-top: 1px solid var(--line); }
.list + p { margin-top: 16px; }
.list a { font-weight: 600; text-decoration: none; }
.list a:hover { text-decoration: underline; }
.detail { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px;
  color: var(--quiet); font-size: 14px; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; margin: 16px 0 24px; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: 720px; background: var(--sheet);
  border: 1px solid var(--line); border-radius: 12px; }
pre { margin: 0; padding: 16px; overflow: auto; background: var(--sheet); white-space: pre-wrap;
  overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 12px;
  font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }`;

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

/** The mails that would have been sent, and those that are still to be. */
export function mailboxPage({ mails, waiting, nextBeforeId }: MailboxList): string {
  const sent =
    mails.length === 0
      ? '<p class="quiet">Nothing has been sent yet. Subscribe somebody, and a mail appears.</p>'
      : `<ul class="list">\n${mails.map(mailItem).join('\n')}\n</ul>`;
  const older =
    nextBeforeId === null ? '' : `<p><a href="/mailbox?before=${nextBeforeId}">Older mails</a></p>`;
  const ahead =
    waiting.length === 0
      ? ''
      : `<h2>Still to be sent</h2>
<ul class="list">
${waiting.map(waitingItem).join('\n')}
</ul>`;
  return page(
    'Mailbox',
    `<h1>Mailbox</h1>
<p class="quiet">What would have been sent. Outside production no mail leaves this machine, unless
SMTP_URL says where to.</p>
${sent}
${older}
${ahead}`,
  );
}

function mailItem({ id, to, subject, sentMs }: ShownMail): string {
  const detail = detailOf(to, sayInstant(sentMs, 'UTC'));
  return `<li><a href="/mailbox/${id}">${escapeHtml(subject)}</a>${detail}</li>`;
}

function detailOf(...words: readonly string[]): string {
  const spans = words.map((word) => `<span>${escapeHtml(word)}</span>`);
  return `\n<div class="detail">${spans.join('')}</div>`;
}

function waitingItem({ kind, audience, dueMs, attempts, lastError }: ShownWaiting): string {
  const name = escapeHtml(kind.replaceAll('_', ' '));
  const detail = detailOf(`to ${audience}`, `not before ${sayInstant(dueMs, 'UTC')}`);
  const failures = lastError === null ? '' : detailOf(`tried ${attempts} times: ${lastError}`);
  return `<li>${name}${detail}${failures}</li>`;
}

/** One mail: as a mail program shows it, in a frame that may do nothing, and as plain text. */
export function mailPage(mail: ShownMail & { readonly text: string }): string {
  return page(
    mail.subject,
    `<p><a href="/mailbox">All mails</a></p>
<h1>${escapeHtml(mail.subject)}</h1>
<dl>
<dt>To</dt><dd>${escapeHtml(mail.to)}</dd>
<dt>From</dt><dd>${escapeHtml(mail.from)}</dd>
<dt>Sent</dt><dd>${sayInstant(mail.sentMs, 'UTC')}</dd>
</dl>
<iframe title="The mail as HTML" src="/mailbox/${mail.id}/html"
 sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<h2>Plain text</h2>
<pre tabindex="0">${escapeHtml(mail.text)}</pre>`,
  );
}

export function noMailPage(): string {
  return page('No such mail', '<h1>No such mail</h1>\n<p><a href="/mailbox">All mails</a></p>');
}
