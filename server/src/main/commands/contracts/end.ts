import { formatInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import type { CommandContext } from '../context.ts';
import { changeContract, type Recording, type Standing } from './change.ts';

export interface EndOptions {
  readonly at?: number;
  readonly dryRun?: boolean;
  readonly reason: string;
}

const CONTRACT_MISSING = { code: 'contract_missing', kind: 'conflict' } as const;
const SPAN_INVALID = { code: 'contract_span_invalid', kind: 'invalid' } as const;

export async function endContract(
  user: string,
  options: EndOptions,
  context: CommandContext,
): Promise<void> {
  const when = options.at === undefined ? 'now' : `at ${formatInstant(options.at)}`;
  await changeContract(
    {
      user,
      reason: options.reason,
      isDry: options.dryRun === true,
      question: `End what ${user} has ${when}?`,
      decide: (standing) => decide(options, standing),
    },
    context,
  );
}

/** An end that lies ahead is foreseen, and comes by itself. */
function decide({ at }: EndOptions, { contract, nowMs }: Standing): Recording {
  if (contract === null) {
    const message = 'The account has no contract and no gift.';
    throw new AppError(CONTRACT_MISSING, { message });
  }
  const { id: _, accountId: __, ...state } = contract;
  const endMs = at ?? nowMs;
  if (endMs < state.startedMs) {
    throw new AppError(SPAN_INVALID, { message: 'A contract ends after it has started.' });
  }
  const ended =
    endMs > nowMs
      ? { cancelAtMs: endMs }
      : { cancelAtMs: null, endedMs: endMs, status: 'canceled' };
  return { state: { ...state, ...ended }, price: undefined };
}
