import type { LedgerRules, ProfileName } from '../fold/rules.ts';

/** One definition of MRR, kept for all customers. */
export interface Book {
  readonly id: number;
  readonly profile: ProfileName;
  readonly rules: LedgerRules;
  readonly state: 'building' | 'current' | 'retired';
  /** Customers up to this id are in it; of a book that is current, all are. */
  readonly builtTo: number;
  /** Whether it is as the configuration says; staff may have begun it otherwise. */
  readonly isConfigured: boolean;
  /** Whether what happened to accounts is added up for it; until then it is read one by one. */
  readonly isSummed: boolean;
  readonly createdMs: number;
}

/** What a book is to be: a profile, where need be with some of its rules changed. */
export interface BookDefinition {
  readonly profile: ProfileName;
  readonly timeZone: string;
  readonly rules?: Partial<Omit<LedgerRules, 'timeZone'>>;
}
