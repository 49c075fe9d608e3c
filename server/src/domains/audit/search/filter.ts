import { parseInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import { FILTER_UNCLEAR } from '../errors.ts';

/** Which entries are wanted; nothing said is all of them. */
export interface AuditFilter {
  readonly actor?: Named;
  /** An action, or with `isPrefix` all that begin so. */
  readonly action?: { readonly text: string; readonly isPrefix: boolean };
  readonly subject?: Named;
  readonly accountId?: number;
  readonly fromMs?: number;
  /** Entries before this instant. */
  readonly toMs?: number;
  /** Words that all occur, the last as far as it was typed. */
  readonly words?: readonly string[];
}

/** Such as all of `staff`, or one of them. */
export interface Named {
  readonly kind: string;
  readonly id?: string;
}

/** As it stands in a query string. */
export interface SaidFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly account?: number;
  readonly from?: string;
  readonly to?: string;
  readonly q?: string;
}

export function readFilter(said: SaidFilter): AuditFilter {
  const words = (said.q ?? '').split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return {
    ...(said.actor !== undefined && { actor: readNamed(said.actor) }),
    ...(said.action !== undefined && { action: readAction(said.action) }),
    ...(said.subject !== undefined && { subject: readNamed(said.subject) }),
    ...(said.account !== undefined && { accountId: said.account }),
    ...(said.from !== undefined && { fromMs: readInstant('from', said.from) }),
    ...(said.to !== undefined && { toMs: readInstant('to', said.to) }),
    ...(words.length > 0 && { words }),
  };
}

/** `staff:7` is one, `staff` are all of them; an id may hold colons itself. */
function readNamed(text: string): Named {
  const colon = text.indexOf(':');
  return colon < 0 ? { kind: text } : { kind: text.slice(0, colon), id: text.slice(colon + 1) };
}

function readAction(text: string): NonNullable<AuditFilter['action']> {
  return text.endsWith('*')
    ? { text: text.slice(0, -1), isPrefix: true }
    : { text, isPrefix: false };
}

function readInstant(field: string, text: string): number {
  const ms = parseInstant(text);
  if (ms !== undefined) return ms;
  throw new AppError(FILTER_UNCLEAR, {
    message: `${field} is no instant as RFC 3339 writes it.`,
    fields: [{ field: `/${field}`, message: 'must be such as 2026-03-01T09:30:00Z' }],
  });
}
