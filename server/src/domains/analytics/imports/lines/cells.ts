// pure
import { parseInstant } from '@whisperforge/kernel/clock';
import { currencyExponent, parseMoney } from '@whisperforge/kernel/money';
import { isDay } from '@whisperforge/kernel/period';
import { attributeField, isAttributeName, MOST_ATTRIBUTES } from './attributes.ts';
import { columnOf, type Columns } from './columns.ts';
import type { LineFault, TableLine } from './take-lines.ts';

/** Long enough for names and keys of any system. */
export const MOST_CHARACTERS = 255;

/**
 * Reads the cells of one line and remembers everything that is wrong with them. What cannot be read
 * is answered with something harmless, because a line with a fault is not taken.
 */
export interface CellReader<F extends string> {
  readonly faults: readonly LineFault<F>[];
  refuse(field: F, message: string): void;
  /** Whether there is a cell for it, be it an empty one. */
  isTold(field: F): boolean;
  /** The cells of columns `attribute.name`, and of those that are mapped to such a name. */
  attributes(): Record<string, string>;
  /** The cell without blanks around it; empty where there is none. */
  said(field: F): string;
  /** Text without control characters. */
  text(field: F, isNeeded?: 'needed', most?: number): string;
  /** A calendar day, or that of an instant; `''` where nothing is said. */
  day(field: F, isNeeded?: 'needed'): string;
  /** An instant, in UTC where it says nothing else; a day is its beginning. */
  instant(field: F, isNeeded?: 'needed'): number | null;
  currency(field: F, ifNone: string): string;
  /** Minor units. */
  amount(field: F, currency: string): number;
  /** A decimal of at least 0, without needless zeros. */
  decimal(field: F, decimals: number): string | null;
  integer(field: F, range: { readonly least: number; readonly most: number }): number | null;
}

export function readCells<F extends string>(
  cells: TableLine['cells'],
  columns: Columns<F>,
): CellReader<F> {
  const faults: LineFault<F>[] = [];
  const refuse = (field: F, message: string): void => void faults.push({ field, message });
  const said = (field: F): string => cells[columnOf(columns, field)]?.trim() ?? '';
  /** Reads what is said; a fault where it cannot be read, or is needed and not there. */
  const read = <T>(
    field: F,
    of: { parse(text: string): T | undefined; fault: string; none: T },
  ) => {
    const text = said(field);
    const value = text === '' ? undefined : of.parse(text);
    if (text !== '' && value === undefined) refuse(field, of.fault);
    return value ?? of.none;
  };
  const require = (field: F, isNeeded: 'needed' | undefined): void => {
    if (isNeeded !== undefined && said(field) === '') refuse(field, 'is empty');
  };
  return {
    faults,
    refuse,
    isTold: (field) => isCellOf(cells, columns, field),
    attributes: () => attributesOf(cells, columns, refuse),
    said,
    text(field, isNeeded, most = MOST_CHARACTERS) {
      require(field, isNeeded);
      const fault = `is longer than ${most} characters or holds control characters`;
      return read(field, { parse: (text) => plainText(text, most), fault, none: '' });
    },
    day(field, isNeeded) {
      require(field, isNeeded);
      return read(field, { parse: dayOf, fault: 'is not a day such as 2024-02-29', none: '' });
    },
    instant(field, isNeeded) {
      require(field, isNeeded);
      const fault = 'is not an instant such as 2024-02-29T13:45:00Z';
      return read<number | null>(field, { parse: instantOf, fault, none: null });
    },
    currency(field, ifNone) {
      const currency = (said(field) || ifNone).toLowerCase();
      if (/^[a-z]{3}$/.test(currency)) return currency;
      refuse(field, 'is not a currency of three letters');
      return ifNone;
    },
    amount(field, currency) {
      require(field, 'needed');
      const decimals = currencyExponent(currency);
      const fault = `is not an amount of at least 0 with at most ${decimals} decimals`;
      return read(field, { parse: (text) => amountOf(text, currency), fault, none: 0 });
    },
    decimal(field, decimals) {
      const fault = `is not a number of at least 0 with at most ${decimals} decimals`;
      return read<string | null>(field, {
        parse: (text) => decimalOf(text, decimals),
        fault,
        none: null,
      });
    },
    integer(field, { least, most }) {
      const fault = `is not a whole number from ${least} to ${most}`;
      const parse = (text: string): number | undefined => {
        const number = /^\d{1,9}(?:\.0+)?$/.test(text) ? Number(text) : Number.NaN;
        return number >= least && number <= most ? number : undefined;
      };
      return read<number | null>(field, { parse, fault, none: null });
    },
  };
}

function attributesOf<F extends string>(
  cells: TableLine['cells'],
  columns: Columns<F>,
  refuse: CellReader<F>['refuse'],
): Record<string, string> {
  const mapped = Object.keys(columns).filter((field) => isCellOf(cells, columns, field as F));
  const names = [...Object.keys(cells), ...mapped].filter((name) => name.startsWith(PREFIX));
  const told = [...new Set(names)].map((name, at): [string, string] => {
    const field = name as F;
    const text = plainText(cells[columnOf(columns, field)]?.trim() ?? '', MOST_CHARACTERS);
    if (at === MOST_ATTRIBUTES || !isAttribute(name)) refuse(field, NO_ATTRIBUTE);
    else if (text === undefined) refuse(field, NO_TEXT);
    return [attributeIn(name), text ?? ''];
  });
  return Object.fromEntries(told);
}

function isCellOf<F extends string>(
  cells: TableLine['cells'],
  columns: Columns<F>,
  field: F,
): boolean {
  return cells[columnOf(columns, field)] !== undefined;
}

const NO_ATTRIBUTE = `is none of up to ${MOST_ATTRIBUTES} attributes`;
const NO_TEXT = `is longer than ${MOST_CHARACTERS} characters or holds control characters`;

function isAttribute(field: string): boolean {
  return isAttributeName(attributeIn(field));
}

function attributeIn(field: string): string {
  return field.slice(PREFIX.length);
}

const PREFIX = attributeField('');

const CONTROL = /[\p{Cc}--[\n\t]]/v;

function plainText(text: string, most: number): string | undefined {
  return text.length > most || CONTROL.test(text) || !text.isWellFormed() ? undefined : text;
}

/** The years in which anything of a business can have happened or be planned. */
const YEAR = /^(?:19[7-9]\d|20\d\d)-/;

function dayOf(text: string): string | undefined {
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)?.[1];
  return day !== undefined && YEAR.test(day) && isDay(day) ? day : undefined;
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}):(\d{2})(:\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/;

/** `2023-07-28 3:00` is three o'clock in the morning, UTC. */
function instantOf(text: string): number | undefined {
  const parts = INSTANT.exec(text);
  if (parts === null || !YEAR.test(text)) return undefined;
  const [, day, hour = '0', minute = '00', second = ':00', zone = 'Z'] = parts;
  return parseInstant(`${day}T${hour.padStart(2, '0')}:${minute}${second}${zone}`);
}

function amountOf(text: string, currency: string): number | undefined {
  const amount = parseMoney(text, currency)?.amountMinor;
  return amount === undefined || amount < 0 ? undefined : amount;
}

/** A longer one costs as many steps as the square of its length to find unreadable. */
const LONGEST_DECIMAL = 64;

function decimalOf(text: string, decimals: number): string | undefined {
  if (text.length > LONGEST_DECIMAL) return undefined;
  const parts = /^0*(\d{1,12})(?:\.(\d+?)0*)?$/.exec(text);
  if (parts === null) return undefined;
  const [, whole = '0', rest = ''] = parts;
  if (rest.length > decimals) return undefined;
  return rest === '' || rest === '0' ? whole : `${whole}.${rest}`;
}
