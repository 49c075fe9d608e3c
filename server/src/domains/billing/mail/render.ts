// pure
import type { MailDocument, MailPart } from './document.ts';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Letterhead {
  /** Who writes, such as `WhisperForge`. */
  readonly senderName: string;
  readonly greeting: string;
  /** Why the reader gets this. */
  readonly footer: string;
}

/** Plain text and HTML of one document. */
export function renderMail(document: MailDocument, head: Letterhead): RenderedMail {
  const subject = oneLine(document.subject);
  return { subject, text: plainText(document, head), html: page(subject, document, head) };
}

/** Without anything that would end a line: a header is one line. */
export function oneLine(value: string): string {
  return value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

export function escapeHtml(value: string): string {
  return value.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function plainText({ parts }: MailDocument, { greeting, senderName, footer }: Letterhead): string {
  const blocks = [oneLine(greeting), ...parts.map(plainPart), `${senderName}\n\n-- \n${footer}`];
  return `${blocks.join('\n\n')}\n`;
}

function plainPart(part: MailPart): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'facts':
      return part.facts.map(({ label, value }) => `${label}: ${oneLine(value)}`).join('\n');
    case 'action':
      return `${part.label}:\n${part.url}`;
  }
}

/** Colours follow the reader's choice where the mail program lets them; nothing is loaded. */
const STYLE = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 24px 12px; background: #f3f4f6; color: #1f2937;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
.sheet { max-width: 560px; margin: 0 auto; padding: 28px 24px; background: #ffffff;
  border: 1px solid #e5e7eb; border-radius: 12px; overflow-wrap: anywhere; }
.sender { margin: 0 0 20px; font-weight: 600; color: #4b5563; }
h1 { margin: 0 0 16px; font-size: 22px; line-height: 1.3; }
p { margin: 0 0 16px; }
table { width: 100%; margin: 0 0 16px; border-collapse: collapse; }
th, td { padding: 8px 0; border-bottom: 1px solid #e5e7eb; vertical-align: top; text-align: left; }
th { padding-right: 16px; font-weight: 400; color: #4b5563; overflow-wrap: break-word; }
td { text-align: right; font-variant-numeric: tabular-nums; }
.action { margin: 24px 0; }
.action a { display: inline-block; padding: 12px 20px; border-radius: 8px; background: #1d4ed8;
  color: #ffffff; font-weight: 600; text-decoration: none; }
.footer { max-width: 560px; margin: 16px auto 0; font-size: 13px; color: #4b5563; }
@media (prefers-color-scheme: dark) {
  body { background: #0f1115; color: #e5e7eb; }
  .sheet { background: #181b21; border-color: #2d323c; }
  .sender, th, .footer { color: #a9b1bd; }
  th, td { border-color: #2d323c; }
  .action a { background: #7aa2ff; color: #0f1115; }
}`;

function page(subject: string, { parts }: MailDocument, head: Letterhead): string {
  const title = escapeHtml(subject);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
<style>${STYLE}
</style>
</head>
<body>
<main class="sheet">
<p class="sender">${escapeHtml(head.senderName)}</p>
<h1>${title}</h1>
<p>${escapeHtml(oneLine(head.greeting))}</p>
${parts.map(htmlPart).join('\n')}
</main>
<p class="footer">${escapeHtml(head.footer)}</p>
</body>
</html>
`;
}

function htmlPart(part: MailPart): string {
  switch (part.kind) {
    case 'text':
      return `<p>${escapeHtml(part.text)}</p>`;
    case 'facts': {
      const rows = part.facts.map(
        ({ label, value }) =>
          `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
      );
      return `<table>\n${rows.join('\n')}\n</table>`;
    }
    case 'action': {
      const url = escapeHtml(part.url);
      return (
        `<p class="action"><a href="${url}" target="_blank" rel="noreferrer">` +
        `${escapeHtml(part.label)}</a></p>`
      );
    }
  }
}
