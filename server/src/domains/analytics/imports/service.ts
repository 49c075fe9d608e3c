import type { Clock } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import type { Database } from '../../../platform/database.ts';
import { ORIGIN_INVALID } from '../errors.ts';
import { decideLines } from './decide-lines.ts';
import {
  namedColumns,
  neededFields,
  parseHistoryLine,
  type HistoryFormat,
  type HistoryLine,
} from './history-line.ts';
import { canonicalColumns, requireColumns } from './lines/columns.ts';
import { rememberLines } from './lines/store-remembered.ts';
import {
  takeLines,
  type ImportOptions,
  type ImportReport,
  type Intake,
  type LinesFile,
  type Rehearsal,
} from './lines/take-lines.ts';
import { keepProgress } from './lines/store-progress.ts';
import { isOrigin, ORIGIN_RULE } from './origin.ts';
import { customersOf, type ToldCustomer } from './told-customers.ts';
import { findCustomers, findStretches, putStretches } from './store.ts';

export interface HistoryFile extends LinesFile {
  /** The company or system that it comes from; customers are known by it and their id. */
  readonly origin: string;
  readonly format: HistoryFormat;
}

/** Takes in histories that were kept elsewhere. */
export function createImports({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** @throws COLUMNS_MISSING, ORIGIN_INVALID before any line is read */
    async run(file: HistoryFile, options: ImportOptions): Promise<ImportReport> {
      requireReadable(file);
      const intake = intakeOf(file);
      return takeLines(database, { file, intake, options, nowMs: () => clock.nowMs() });
    },
  };
}

function requireReadable({ origin, header, format }: HistoryFile): void {
  if (!isOrigin(origin)) {
    throw new AppError(ORIGIN_INVALID, { message: `The origin ${ORIGIN_RULE}.` });
  }
  requireColumns(header, { columns: namedColumns(format), needed: neededFields });
}

function intakeOf({ origin, digest, format }: HistoryFile): Intake<HistoryLine> {
  const named = `${digest} ${canonical(format)}`;
  return {
    ...keepProgress({ table: 'revenue_imports', of: origin, digest: named }),
    parse: (cells) => parseHistoryLine(cells, format),
    async take(tx, lines, at) {
      const keys = [...new Set(lines.map(({ line }) => line.subscriptionKey))];
      const { taken, ...rest } = decideLines(await findStretches(tx, origin, keys), lines);
      await putStretches(tx, { origin, ...at }, taken);
      return rest;
    },
    rehearsal: () => rehearsalOf(origin),
  };
}

/** A customer is what the last line that was taken says, whichever stretch it was of. */
function rehearsalOf(origin: string): Rehearsal<HistoryLine> {
  const said = rememberLines<HistoryLine>({
    groupOf: ({ subscriptionKey }) => subscriptionKey,
    keyOf: ({ startsOn }) => startsOn,
  });
  const customers = rememberLines<ToldCustomer>({
    groupOf: ({ customerKey }) => customerKey,
    keyOf: () => '',
  });
  return {
    async decide(executor, numbered) {
      const lines = numbered.map(({ line }) => line);
      const keys = [...new Set(lines.map(({ subscriptionKey }) => subscriptionKey))];
      const stored = said.over(await findStretches(executor, origin, keys), lines);
      const of = customersOf([...stored, ...lines]);
      const known = await findCustomers(executor, origin, [...of.keys()]);
      const told = customersOf(customers.over(known, of.values()));
      const present = stored.map((line) => ({ ...line, ...told.get(line.customerKey) }));
      const { taken, ...rest } = decideLines(present, numbered);
      const saying = taken.map(({ line }) => line);
      said.remember(saying);
      customers.remember(customersOf([...told.values(), ...saying]).values());
      return rest;
    },
    end() {
      said.end();
      customers.end();
    },
  };
}

function canonical(format: HistoryFormat): string {
  const { amounts, currency, billingCycle } = format;
  return JSON.stringify([canonicalColumns(namedColumns(format)), amounts, currency, billingCycle]);
}
