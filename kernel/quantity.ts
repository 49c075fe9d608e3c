/**
 * Amounts of usage (minutes, tokens, files), exact to six decimals: a bigint that counts
 * millionths. A number would lose count near nine billion units, which a busy account's
 * tokens reach in a month; a float would not add up at all.
 */
export type Quantity = bigint;

export const QUANTITY_DECIMALS = 6;
const SCALE = 1_000_000n;

/** What one request may say stays below this. */
export const MAX_INPUT_QUANTITY: Quantity = 1_000_000_000n * SCALE;

const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d{1,6})0*)?$/;

/** Whole units, such as `units(60)` for sixty minutes. */
export function units(count: number): Quantity {
  return BigInt(count) * SCALE;
}

/**
 * Reads a decimal string with at most six decimals that matter, as Postgres prints `numeric`
 * and as callers send it. Answers `undefined` for anything else.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt(match[2]! + (match[3] ?? '').padEnd(QUANTITY_DECIMALS, '0'));
  return match[1] === '-' ? -magnitude : magnitude;
}

/**
 * An amount as a caller gives it: a JSON number or a decimal string, at least 0 and below 10^9,
 * with at most six decimals. A number counts as the decimal that JSON prints for it.
 */
export function parseInputQuantity(input: number | string): Quantity | undefined {
  if (typeof input === 'number') {
    if (Number.isInteger(input)) {
      return input >= 0 && input < 1e9 ? BigInt(input) * SCALE : undefined;
    }
    return parseInputQuantity(String(input));
  }
  const parsed = parseQuantity(input);
  return parsed !== undefined && parsed >= 0n && parsed < MAX_INPUT_QUANTITY ? parsed : undefined;
}

/** Reads what the database printed; anything that is not a quantity there is a bug. */
export function quantityFromDatabase(text: string): Quantity {
  // A `numeric(_, 6)` always prints six decimals, so taking out the point leaves the count.
  const point = text.length - QUANTITY_DECIMALS - 1;
  if (text.charCodeAt(point) === 46) return BigInt(text.slice(0, point) + text.slice(point + 1));
  const parsed = parseQuantity(text);
  if (parsed === undefined) throw new RangeError(`not a quantity: ${text}`);
  return parsed;
}

/** The decimal string with all six decimals, as `numeric(_, 6)` prints and reads it. */
export function quantityForDatabase(quantity: Quantity): string {
  if (quantity < 0n) return `-${quantityForDatabase(-quantity)}`;
  const digits = quantity.toString().padStart(QUANTITY_DECIMALS + 1, '0');
  return `${digits.slice(0, -QUANTITY_DECIMALS)}.${digits.slice(-QUANTITY_DECIMALS)}`;
}

/** The decimal string, without trailing zeros: `12.5`. */
export function formatQuantity(quantity: Quantity): string {
  const negative = quantity < 0n;
  const magnitude = negative ? -quantity : quantity;
  const whole = magnitude / SCALE;
  const fraction = magnitude % SCALE;
  const sign = negative ? '-' : '';
  if (fraction === 0n) return `${sign}${whole}`;
  const decimals = fraction.toString().padStart(QUANTITY_DECIMALS, '0').replace(/0+$/, '');
  return `${sign}${whole}.${decimals}`;
}

/** The nearest number, as answers give it; exact for every amount below nine billion units. */
export function quantityToNumber(quantity: Quantity): number {
  return Number(quantity) / 1_000_000;
}

/** `quantity` times a decimal factor given as a quantity, rounded once, half to even. */
export function multiplyQuantity(quantity: Quantity, factor: Quantity): Quantity {
  return divideHalfEven(quantity * factor, SCALE);
}

/** The smallest whole unit at or above `quantity * numerator / denominator`. */
export function ceilShare(
  quantity: Quantity,
  share: { numerator: number; denominator: number },
): Quantity {
  const divisor = BigInt(share.denominator) * SCALE;
  return ((quantity * BigInt(share.numerator) + divisor - 1n) / divisor) * SCALE;
}

/** Exact division of integers, rounded once, half to even; the divisor is positive. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const floor = dividend >= 0n ? dividend / divisor : -((-dividend + divisor - 1n) / divisor);
  const twiceRest = (dividend - floor * divisor) * 2n;
  if (twiceRest > divisor || (twiceRest === divisor && floor % 2n !== 0n)) return floor + 1n;
  return floor;
}

export function minQuantity(first: Quantity, second: Quantity): Quantity {
  return first < second ? first : second;
}

export function maxQuantity(first: Quantity, second: Quantity): Quantity {
  return first > second ? first : second;
}

/** `quantity` brought into `[0, most]`. */
export function clampQuantity(quantity: Quantity, most: Quantity): Quantity {
  return maxQuantity(0n, minQuantity(quantity, most));
}
