import type { ErrorContext } from '../options.ts';
import type { Refusal } from './refusal.ts';

/**
 * Where a refused user can buy or pay, such as `accountLinks.create(...)` answers it. It is asked
 * only when a request is refused for what money would mend, and stands in the problem as
 * `account_url`.
 */
export type AccountUrl<Given extends readonly unknown[]> = (
  user: string,
  ...given: Given
) => string | Promise<string>;

export interface Reporter {
  report(error: unknown, context: ErrorContext): void;
}

const MENDED_BY_PAYING = new Set(['subscription_past_due', 'subscription_inactive']);

function helps({ status, problem }: Refusal): boolean {
  if (status === 402) return true;
  return problem.reason !== undefined && MENDED_BY_PAYING.has(problem.reason);
}

/** The refusal with the address of the account page; without it where none is to be had. */
export async function addAccountUrl(
  client: Reporter,
  refusal: Refusal,
  of: { readonly user: string; readonly address: () => string | Promise<string> },
): Promise<Refusal> {
  if (!helps(refusal)) return refusal;
  const { problem } = refusal;
  try {
    return { ...refusal, problem: { ...problem, account_url: await of.address() } };
  } catch (error) {
    client.report(error, { during: 'account_url', user: of.user, feature: problem.feature });
    return refusal;
  }
}
