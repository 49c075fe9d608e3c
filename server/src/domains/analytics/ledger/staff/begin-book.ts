import { isTimeZone } from '@whisperforge/kernel/period';
import { AppError } from '../../../../platform/errors.ts';
import type { Database } from '../../../../platform/database.ts';
import { performOrTry } from '../../../../platform/perform-or-try.ts';
import { recordChange, type StaffCommand } from '../../../plans/index.ts';
import { BOOK_UNCHANGED, TIME_ZONE_INVALID } from '../../errors.ts';
import { profiles, type LedgerRules, type ProfileName } from '../../fold/rules.ts';
import type { Book } from '../book.ts';
import { findKeptBooks, insertBook, lockBooks, retireBuilding } from '../store-books.ts';
import { adoptAccounts } from '../store-customers.ts';

/** How a profile is to be counted from now on; what is not said stays as the profile has it. */
export interface WantedBook {
  readonly profile: ProfileName;
  readonly rules: Partial<LedgerRules>;
}

export interface BegunBook {
  readonly before: Book | null;
  readonly rules: LedgerRules;
}

/**
 * Begins to count all history by other switches. The figures shown stay those of the present book
 * until the new one is complete; another that was on its way for this profile is given up.
 *
 * @throws TIME_ZONE_INVALID; BOOK_UNCHANGED where the newest book of the profile is so already
 */
export async function beginBook(
  database: Database,
  { profile, rules: said }: WantedBook,
  command: StaffCommand & { readonly isDry: boolean; readonly usualTimeZone: string },
): Promise<BegunBook> {
  if (said.timeZone !== undefined && !isTimeZone(said.timeZone)) {
    throw new AppError(TIME_ZONE_INVALID, { message: `There is no time zone ${said.timeZone}.` });
  }
  const { isDry, nowMs, usualTimeZone } = command;
  if (!isDry) await adoptAccounts(database, nowMs);
  return performOrTry(database, { isDry }, async (tx) => {
    await lockBooks(tx);
    const kept = await findKeptBooks(tx);
    const ofProfile = kept.filter((book) => book.profile === profile);
    const newest = ofProfile.find(({ state }) => state === 'building') ?? ofProfile[0] ?? null;
    const timeZone = said.timeZone ?? newest?.rules.timeZone ?? kept[0]?.rules.timeZone;
    const rules = { ...profiles[profile], ...said, timeZone: timeZone ?? usualTimeZone };
    if (newest !== null && isSame(newest.rules, rules)) {
      throw new AppError(BOOK_UNCHANGED, { message: `${profile} is counted so already.` });
    }
    await retireBuilding(tx, profile);
    const id = await insertBook(tx, { profile, rules, nowMs, isConfigured: false });
    const subject = { kind: 'revenue_book', id: String(id) };
    const before = newest && { profile, ...newest.rules };
    await recordChange(tx, command, 'revenue_book.begun', subject, {
      before,
      after: { profile, ...rules },
    });
    return { before: newest, rules };
  });
}

function isSame(first: LedgerRules, second: LedgerRules): boolean {
  const told = ({ lowering, ...rules }: LedgerRules) => [
    lowering.toSorted(),
    rules.countsPastDue,
    rules.churnsAt,
    rules.ignoresWithinMonth,
    rules.timeZone,
  ];
  return JSON.stringify(told(first)) === JSON.stringify(told(second));
}
