import pg from 'pg';
import { parsePostgresInstant } from '@whisperforge/kernel/clock';

const OID = { int8: 20, date: 1082, timestamptz: 1184 } as const;

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`beyond a safe integer: ${text}`);
  return value;
}

export type Parser = (text: string) => unknown;

/**
 * How values leave the driver: `timestamptz` as epoch milliseconds and `bigint` as a safe number;
 * `numeric` stays the decimal string that it is, and `date` the day as `2026-01-31`.
 */
export const typeParsers = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parser {
    if (format !== 'binary') {
      if (oid === OID.int8) return parseSafeInteger;
      // A day is nowhere midnight: the driver would make it one of the machine's time zone.
      if (oid === OID.date) return (text) => text;
      if (oid === OID.timestamptz) return parsePostgresInstant;
    }
    return pg.types.getTypeParser(oid, format) as Parser;
  },
};
