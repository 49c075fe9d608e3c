import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '@whisperforge/kernel/assert';
import { replaceFile } from '../postgres/private-file.ts';
import type { CompanyTerms } from './company/story.ts';

/** How far card payers have come: their clock at Stripe, and how many of their deeds are done. */
export interface CardsJournal {
  readonly testClock: string;
  readonly deedsDone: number;
  /** Until which day their use is written; older companies have none of before. */
  readonly usedUntilMs?: number;
}

/** Which company a system was given, and how far it has come; kept in its data folder. */
export interface Journal {
  readonly terms: CompanyTerms;
  /** Where it was founded: another database has nothing of it. */
  readonly database: string;
  /** How many chapters are written. */
  readonly chaptersDone: number;
  /** Whether its past is. */
  readonly isComplete: boolean;
  /** How far those are who pay by card, where there are any. */
  readonly cards?: CardsJournal;
  /** Until when it has gone on since its founding. */
  readonly livedUntilMs?: number;
}

const fileOf = (dataDir: string): string => join(dataDir, 'demo.json');

export function readJournal(dataDir: string): Journal | undefined {
  const file = fileOf(dataDir);
  if (!existsSync(file)) return undefined;
  const journal: unknown = JSON.parse(readFileSync(file, 'utf8'));
  assert(isJournal(journal), `${file} is the journal of a demo company`);
  return journal;
}

export function writeJournal(dataDir: string, journal: Journal): void {
  replaceFile(fileOf(dataDir), `${JSON.stringify(journal, null, 2)}\n`);
}

function isJournal(value: unknown): value is Journal {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && 'terms' in value && 'database' in value && 'chaptersDone' in value;
}
