import { refuseStale, type Accounts } from '../../accounts/index.ts';
import type { DecidedRequest } from '../changes/command.ts';
import { decideSteps } from '../changes/decide-steps.ts';
import type { Changed, Changes, CommandCall } from '../changes/service.ts';
import type { PreviewedInvoice } from '../gateway/remote.ts';
import { undoAnswer, type DeedAnswer, type StaffContext, type Undo } from './deed.ts';
import { findStanding, standingAfter, type Found, type StandingSources } from './standing.ts';
import type { Standing } from './standing.ts';

export interface PerformDependencies extends StandingSources {
  readonly accounts: Accounts;
  readonly changes: Changes;
}

/** What is charged or credited, or what the next invoice will hold. */
export type Bill = Pick<PreviewedInvoice, 'lines' | 'currency' | 'totalMinor'>;

/** Something that staff do to a subscription. */
export interface Deed {
  readonly request: DecidedRequest;
  /** Before it is done, and `null` where nothing is billed because of it. */
  readonly billOf?: (found: Found) => Promise<Bill | null>;
  readonly notesOf?: (found: Found) => string[];
  /** How things will stand; what is not named stays. */
  readonly foresee: (found: Found) => Partial<Standing>;
  readonly undoOf?: (found: Found, outcome: Changed) => Undo | null;
}

/** Does it, or only says what would be; both are refused by the same rules. */
export async function perform(
  deps: PerformDependencies,
  context: StaffContext,
  deed: Deed,
): Promise<DeedAnswer> {
  const { user, version, isDry, actor, reason, nowMs } = context;
  refuseStale(version, await deps.accounts.version(user));
  const found = await findStanding(deps, user);
  decideSteps(found.remote, deed.request);
  const bill = (await deed.billOf?.(found)) ?? null;
  const notes = deed.notesOf?.(found) ?? [];
  const before = found.standing;
  const told = { ...billAnswer(bill), notes, before };
  if (isDry) {
    const after = { ...before, ...deed.foresee(found) };
    return { dry_run: true, status: null, url: null, ...told, after, version, undo: null };
  }
  const call = { user, actor, look: { version, reason, before } };
  const outcome = await carryOut(deps.changes, call, deed.request, nowMs);
  const present = await deps.accounts.version(user);
  return {
    dry_run: false,
    status: outcome.kind,
    url: outcome.kind === 'payment_pending' ? outcome.url : null,
    ...told,
    after: await standingAfter(deps, user),
    version: present,
    undo: undoAnswer(deed.undoOf?.(found, outcome) ?? null, present),
  };
}

function carryOut(
  changes: Changes,
  call: CommandCall,
  request: DecidedRequest,
  nowMs: number,
): Promise<Changed> {
  if (request.kind === 'cancel') {
    return changes.cancel({ ...call, when: request.when, reason: null }, nowMs);
  }
  if (request.kind === 'resume') return changes.resume(call, nowMs);
  return changes.adjust({ ...call, request }, nowMs);
}

export function billAnswer(
  bill: Bill | null,
): Pick<DeedAnswer, 'lines' | 'currency' | 'total_minor'> {
  if (bill === null) return { lines: [], currency: null, total_minor: null };
  const lines = bill.lines.map(({ description, amountMinor }) => ({
    description,
    amount_minor: amountMinor,
  }));
  const offMinor = bill.totalMinor - lines.reduce((sum, line) => sum + line.amount_minor, 0);
  if (offMinor !== 0) lines.push({ description: 'Discounts and tax', amount_minor: offMinor });
  return { lines, currency: bill.currency, total_minor: bill.totalMinor };
}
