import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { isText } from '../../../../platform/input-checks.ts';
import {
  route,
  staffActor,
  type RawRequest,
  type RawRoute,
  type Route,
} from '../../../../platform/routes.ts';
import { Input, Text, UserId } from '../../../../platform/schemas.ts';
import { createAllowance } from './allowance.ts';
import { LONGEST_COMMENT, surveyKinds, type SurveyKind } from './answer-line.ts';
import type { AskedLinks, SurveyLinks } from './links.ts';
import { questionPage, sayingPage } from './page.ts';

export interface SurveyRouting {
  readonly links: SurveyLinks;
  readonly publicUrl: () => string;
}

const MOST_USERS = 1_000;
const LONGEST_DAYS = 365;
const USUAL_DAYS = 30;

const Asked = Input({
  survey: Type.Enum([...surveyKinds] as SurveyKind[], {
    description: '`nps`: how likely to recommend, 0 to 10. `csat`: how satisfied, 1 to 5.',
  }),
  users: Type.Array(UserId, { minItems: 1, maxItems: MOST_USERS }),
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: LONGEST_DAYS, description: 'How long it is open.' }),
  ),
});

const Reason = Type.Optional(
  Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' }),
);

const Made = Type.Object({
  data: Type.Array(
    Type.Object({ user: Type.String(), url: Type.String(), expires_at: Type.String() }),
  ),
});

/** Links to surveys: made by the app, which mails them, or by staff. */
export function surveyLinkRoutes({ links, publicUrl }: SurveyRouting): Route[] {
  const make = async (asked: AskedLinks, by: Parameters<typeof links.make>[1]) => {
    const made = await links.make(asked, by);
    return {
      data: made.map(({ user, token, expiresMs }) => ({
        user,
        url: `${publicUrl()}/survey/${token}`,
        expires_at: formatInstant(expiresMs),
      })),
    };
  };
  const asking = {
    method: 'POST',
    summary: 'Links to a survey, one for each user',
    description:
      'Each takes one answer. With `?score=9` behind it, the score is chosen when the page opens.',
    tag: 'Inputs',
    body: Asked,
    response: Made,
  } as const;
  return [
    route({
      ...asking,
      path: '/v1/survey-links',
      scope: 'users',
      handler: ({ body, nowMs }) => make(askedOf(body), { nowMs, by: null }),
    }),
    route({
      ...asking,
      path: '/admin/v1/inputs/survey-links',
      scope: 'staff',
      permission: 'inputs.write',
      body: Type.Object({ ...Asked.properties, reason: Reason }, { additionalProperties: false }),
      handler(request) {
        const { body, nowMs } = request;
        const by = { actor: staffActor(request), reason: body.reason ?? null };
        return make(askedOf(body), { nowMs, by });
      },
    }),
  ];
}

function askedOf(body: { survey: SurveyKind; users: string[]; days?: number }): AskedLinks {
  const { survey: kind, users, days = USUAL_DAYS } = body;
  return { kind, users: [...new Set(users)], days };
}

const PATH = '/survey/{token}';
const ANSWER_BYTES = 16_384;
const MINUTE_MS = 60_000;

/** The page that a link leads to; only what is posted counts, since mail readers follow links. */
export function surveyPages({ links }: Pick<SurveyRouting, 'links'>): RawRoute[] {
  const allowance = createAllowance({ requests: 60, spanMs: MINUTE_MS });
  const isLimited = ({ address, nowMs }: RawRequest): boolean => !allowance.take(address, nowMs);
  return [
    {
      method: 'GET',
      path: PATH,
      scope: 'public',
      async handler(request) {
        if (isLimited(request)) return sayingPage('limited');
        const link = await links.follow(request.params['token'] ?? '', request.nowMs);
        if (link.state !== 'open') return sayingPage(link.state);
        const chosen = scoreOf(request.query.get('score'));
        return questionPage(link.kind, { chosen, isIncomplete: false });
      },
    },
    {
      method: 'POST',
      path: PATH,
      scope: 'public',
      bodyLimitBytes: ANSWER_BYTES,
      async handler(request) {
        if (isLimited(request)) return sayingPage('limited');
        const token = request.params['token'] ?? '';
        const form = new URLSearchParams(request.body.toString('utf8'));
        const answer = { score: scoreOf(form.get('score')) ?? -1, comment: commentOf(form) };
        const outcome = await links.answer(token, answer, request.nowMs);
        if (outcome !== 'refused') return sayingPage(outcome);
        const link = await links.follow(token, request.nowMs);
        if (link.state !== 'open') return sayingPage(link.state);
        return questionPage(link.kind, { chosen: null, isIncomplete: true });
      },
    },
  ];
}

function scoreOf(text: string | null): number | null {
  return text !== null && /^\d{1,2}$/.test(text) ? Number(text) : null;
}

/** Browsers count characters as the limit does; what no database can keep is left out. */
function commentOf(form: URLSearchParams): string {
  const comment = (form.get('comment') ?? '').trim().slice(0, LONGEST_COMMENT);
  return isText(comment) ? comment : '';
}
