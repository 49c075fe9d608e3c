import { randomBytes } from 'node:crypto';
import { DAY_MS } from '@whisperforge/kernel/period';
import type { Database, Tx } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
import { appendAudit, type Actor } from '../../../audit/index.ts';
import { USERS_UNKNOWN } from '../../errors.ts';
import { LINK_ORIGIN, scoresOf, type SurveyKind } from './answer-line.ts';
import {
  findLink,
  insertFirstAnswer,
  insertLinks,
  keepKey,
  type SurveyLink,
} from './store-links.ts';
import { readToken, writeToken } from './token.ts';

export interface AskedLinks {
  readonly kind: SurveyKind;
  readonly users: readonly string[];
  readonly days: number;
}

/** Who of the staff has asked for links, and why. */
export interface MadeBy {
  readonly actor: Actor;
  readonly reason: string | null;
}

export interface MadeLink {
  readonly user: string;
  readonly token: string;
  readonly expiresMs: number;
}

/** How a link stands for whoever follows it. */
export type LinkState =
  | { readonly state: 'open'; readonly kind: SurveyKind; readonly id: number }
  | { readonly state: 'answered' | 'expired' | 'unknown' };

export type SurveyLinks = ReturnType<typeof createSurveyLinks>;

const KEY_BYTES = 32;

/** Links that each ask one user one question, once. */
export function createSurveyLinks({ database }: { readonly database: Database }) {
  let known: Promise<Buffer> | undefined;
  const key = (nowMs: number): Promise<Buffer> => {
    if (known !== undefined) return known;
    const name = { name: 'survey_links', secret: randomBytes(KEY_BYTES), nowMs };
    known = keepKey(database, name);
    // A failure is not remembered: the next one asks again.
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  const follow = async (token: string, nowMs: number): Promise<LinkState> => {
    const id = readToken(await key(nowMs), token);
    const link = id === undefined ? undefined : await findLink(database, id);
    return stateOf(link, nowMs);
  };
  return {
    /**
     * On record where staff have asked for them; the app's own are many, and known by its key.
     *
     * @throws USERS_UNKNOWN, and then no link is made
     */
    async make(
      { kind, users, days }: AskedLinks,
      { nowMs, by }: { readonly nowMs: number; readonly by: MadeBy | null },
    ): Promise<MadeLink[]> {
      const secret = await key(nowMs);
      const expiresMs = nowMs + days * DAY_MS;
      const made = await database.transaction(async (tx) => {
        const links = await insertLinks(tx, { kind, users, nowMs, expiresMs });
        requireAll(users, links);
        const after = { survey: kind, days, links: links.map(({ id }) => id) };
        if (by !== null) await record(tx, { ...by, recordedMs: nowMs, after });
        return links;
      });
      return made.map(({ id, userKey }) => ({
        user: userKey,
        token: writeToken(secret, id),
        expiresMs,
      }));
    },
    follow,
    /** Takes the first answer; `answered` where there was one already. */
    async answer(
      token: string,
      { score, comment }: { readonly score: number; readonly comment: string },
      nowMs: number,
    ): Promise<'taken' | 'refused' | Exclude<LinkState['state'], 'open'>> {
      const link = await follow(token, nowMs);
      if (link.state !== 'open') return link.state;
      const { least, most } = scoresOf[link.kind];
      if (!Number.isInteger(score) || score < least || score > most) return 'refused';
      const answer = {
        origin: LINK_ORIGIN,
        answerKey: String(link.id),
        kind: link.kind,
        score,
        userKey: '',
        plan: '',
        answeredMs: nowMs,
        comment,
      };
      return (await insertFirstAnswer(database, answer, nowMs)) ? 'taken' : 'answered';
    },
  };
}

function stateOf(link: SurveyLink | undefined, nowMs: number): LinkState {
  if (link === undefined) return { state: 'unknown' };
  if (link.isAnswered) return { state: 'answered' };
  if (link.expiresMs <= nowMs) return { state: 'expired' };
  return { state: 'open', kind: link.kind, id: link.id };
}

function requireAll(
  users: readonly string[],
  links: readonly { readonly userKey: string }[],
): void {
  const found = new Set(links.map(({ userKey }) => userKey));
  const unknown = users.filter((user) => !found.has(user));
  if (unknown.length === 0) return;
  throw new AppError(USERS_UNKNOWN, {
    message: `There is no user ${unknown.slice(0, 10).join(', ')}.`,
    members: { unknown: unknown.slice(0, 100) },
  });
}

function record(
  tx: Tx,
  made: MadeBy & { readonly recordedMs: number; readonly after: object },
): Promise<unknown> {
  const subject = { kind: 'input', id: 'survey_links' };
  return appendAudit(tx, [{ ...made, action: 'survey_links.made', subject }]);
}
