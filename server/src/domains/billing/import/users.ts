import { AppError } from '../../../platform/errors.ts';
import type { Accounts } from '../../accounts/index.ts';

/** The account of a user of the app; `undefined` where there is no such user. */
export async function findAccountOfUser(
  accounts: Accounts,
  externalId: string,
): Promise<number | undefined> {
  try {
    return (await accounts.getUser(externalId)).accountId;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not_found') return undefined;
    throw error;
  }
}
