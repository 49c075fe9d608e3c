import { createHash } from 'node:crypto';
import type { OwnResponse } from '../http/wire/server.ts';
import { markup, type Content, type Markup } from './markup.ts';
import { STYLE } from './style.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing but the style is allowed in, so that text that slipped through could do nothing. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'`;

export interface Page {
  readonly title: string;
  readonly body: Content;
  readonly status?: number;
  /** One column for what is short. */
  readonly isNarrow?: boolean;
}

/** A whole page, under the banner that says where one is. */
export function page({ title, body, status = 200, isNarrow = false }: Page): OwnResponse {
  const whole = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title} (sandbox)</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<p class="sandbox" role="note"><strong>Sandbox.</strong> A test page: no money moves here.</p>
<main${isNarrow && markup` class="narrow"`}>
${body}
</main>
</body>
</html>
`;
  return { status, type: 'text/html', body: whole.markup };
}

/** A page that only says something, with a way on where there is one. */
export function messagePage(said: {
  readonly title: string;
  readonly text: string;
  readonly status?: number;
  readonly link?: Markup | null;
}): OwnResponse {
  const { title, text, status = 200, link } = said;
  const body = markup`<h1>${title}</h1><p>${text}</p>${link && markup`<p>${link}</p>`}`;
  return page({ title, body, status, isNarrow: true });
}

/** An error above a form, read out by screen readers when the page comes. */
export function alert(text: string | null): Content {
  return text !== null && markup`<p class="message bad" role="alert">${text}</p>`;
}

/** What has just been done. */
export function notice(text: string | null): Content {
  return text !== null && markup`<p class="message good" role="status">${text}</p>`;
}

/**
 * Sends the browser on, after a form, with GET.
 *
 * @param url of the sandbox's own, or one that was given when the session was created
 */
export function redirect(url: string): OwnResponse {
  // As a parsed URL it has no character that a header could not hold.
  const location = url.startsWith('/') ? url : new URL(url).href;
  return { status: 303, type: 'text/html', body: '', location };
}
