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
import { findStretches, putStretches } from './store.ts';

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
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(origin) || origin === 'accounts') {
    throw new AppError(ORIGIN_INVALID, {
      message: 'An origin is a short name such as "acme-2024"; "accounts" is taken.',
    });
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

type Customer = Pick<HistoryLine, 'customerKey' | 'country' | 'source' | 'attributes'>;

/** A customer is what the last line that was taken says, whichever stretch it was of. */
function rehearsalOf(origin: string): Rehearsal<HistoryLine> {
  const said = rememberLines<HistoryLine>({
    groupOf: ({ subscriptionKey }) => subscriptionKey,
    keyOf: ({ startsOn }) => startsOn,
  });
  const customers = rememberLines<Customer>({
    groupOf: ({ customerKey }) => customerKey,
    keyOf: () => '',
  });
  return {
    async decide(executor, numbered) {
      const lines = numbered.map(({ line }) => line);
      const keys = [...new Set(lines.map(({ subscriptionKey }) => subscriptionKey))];
      const stored = said.over(await findStretches(executor, origin, keys), lines);
      const told = new Map(customers.over([], stored).map((each) => [each.customerKey, each]));
      const present = stored.map((line) => {
        const customer = told.get(line.customerKey);
        const attributes = { ...line.attributes, ...customer?.attributes };
        return { ...line, ...customer, attributes };
      });
      const { taken, ...rest } = decideLines(present, numbered);
      said.remember(taken.map(({ line }) => line));
      customers.remember(
        taken.map(({ line: { customerKey, country, source, attributes } }) => ({
          customerKey,
          country,
          source,
          attributes,
        })),
      );
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
