import { hash } from 'node:crypto';
import type { RawAnswer } from '../../../../platform/routes.ts';
import { LONGEST_COMMENT, scoresOf, type SurveyKind } from './answer-line.ts';

const STYLE = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0 auto;padding:2rem 1rem;max-width:38rem}
fieldset{border:0;margin:0 0 1.5rem;padding:0}
legend{font-size:1.25rem;font-weight:600;margin-bottom:1rem;padding:0}
.scores{display:flex;flex-wrap:wrap;gap:.5rem}
.scores label{border:1px solid;border-radius:.5rem;cursor:pointer;min-width:2.75rem;padding:.5rem;
text-align:center}
.scores label:has(:checked){background:#1c5fd4;color:#fff}
.scores label:has(:focus-visible){outline:3px solid #1c5fd4;outline-offset:2px}
.scores input{margin:0;opacity:0;position:absolute}
.ends{display:flex;font-size:.875rem;justify-content:space-between;margin:.5rem 0 0}
textarea{box-sizing:border-box;font:inherit;min-height:6rem;padding:.5rem;width:100%}
button{background:#1c5fd4;border:0;border-radius:.5rem;color:#fff;cursor:pointer;font:inherit;
margin-top:1rem;padding:.625rem 1.25rem}
button:focus-visible{outline:3px solid;outline-offset:2px}
`;

/** Nothing is loaded, nothing runs, and the form goes nowhere but to us. */
const POLICY =
  `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; ` +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const QUESTIONS: Readonly<Record<SurveyKind, { ask: string; low: string; high: string }>> = {
  nps: {
    ask: 'How likely are you to recommend us to a friend or colleague?',
    low: 'Not at all likely',
    high: 'Extremely likely',
  },
  csat: {
    ask: 'How satisfied are you with us?',
    low: 'Very dissatisfied',
    high: 'Very satisfied',
  },
};

/** The question, with a score chosen already where the link named one. */
export function questionPage(
  kind: SurveyKind,
  { chosen, isIncomplete }: { readonly chosen: number | null; readonly isIncomplete: boolean },
): RawAnswer {
  const { ask, low, high } = QUESTIONS[kind];
  const { least, most } = scoresOf[kind];
  const scores = Array.from({ length: most - least + 1 }, (_, index) => least + index)
    .map((score) => {
      const checked = score === chosen ? ' checked' : '';
      const input = `<input type="radio" name="score" value="${score}" required${checked}>`;
      return `<label>${input}${score}</label>`;
    })
    .join('');
  const fault = isIncomplete ? '<p role="alert">Please choose a score.</p>' : '';
  return page(
    isIncomplete ? 422 : 200,
    ask,
    `<form method="post">${fault}
<fieldset><legend>${ask}</legend><div class="scores">${scores}</div>
<p class="ends"><span>${low}</span><span>${high}</span></p></fieldset>
<label for="comment">Anything to add? (optional)</label>
<textarea id="comment" name="comment" maxlength="${LONGEST_COMMENT}"></textarea>
<button>Send</button></form>`,
  );
}

const SAYINGS = {
  taken: { status: 200, text: 'Thank you for your answer.' },
  answered: { status: 200, text: 'This question has been answered. Thank you.' },
  expired: { status: 410, text: 'This question is no longer open.' },
  unknown: { status: 404, text: 'There is no such question.' },
  limited: { status: 429, text: 'Too many requests came from your address. Please try later.' },
} as const;

export function sayingPage(saying: keyof typeof SAYINGS): RawAnswer {
  const { status, text } = SAYINGS[saying];
  const answer = page(status, text, `<p role="status">${text}</p>`);
  if (saying !== 'limited') return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': '60' } };
}

/** Everything in it is ours: nothing that was sent is shown again. */
function page(status: number, title: string, body: string): RawAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>`,
  };
}
