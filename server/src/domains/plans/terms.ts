// pure
import {
  formatQuantity,
  parseQuantity,
  quantityToNumber,
  type Quantity,
} from '@whisperforge/kernel/quantity';
import type { FieldError } from '../../platform/errors.ts';
import { isText } from '../../platform/input-checks.ts';
import type { Beyond, Feature, FeatureTerms } from './catalog.ts';

/** Terms as they are stored and as catalogue files write them; `false` is known and not granted. */
export type WrittenTerms =
  | boolean
  | { readonly limit: string | null; readonly beyond?: WrittenBeyond }
  | { readonly value: string }
  | { readonly values: readonly string[] };

export type WrittenBeyond =
  | { readonly policy: 'block' }
  | { readonly policy: 'grace'; readonly amount: string }
  | {
      readonly policy: 'overage';
      readonly unit_price_minor: string;
      readonly currency: string;
    };

/** Where faults of an input are gathered, each with the JSON pointer of its place. */
export type Faults = FieldError[];

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads what a plan says of one feature: `true` or `false`, `{"limit": 60}` with what happens
 * beyond it, `{"value": "priority"}` or `{"values": ["*"]}`, as the feature's kind demands.
 * Answers `null` for `false`, and for what it complained about.
 */
export function parseTerms(
  input: unknown,
  feature: Pick<Feature, 'key' | 'kind'>,
  at: string,
  faults: Faults,
): FeatureTerms | null {
  if (input === false) return null;
  switch (feature.kind) {
    case 'boolean':
      if (input === true) return { kind: 'boolean' };
      return complain(faults, at, `${feature.key} is a boolean feature: true or false`) ?? null;
    case 'metered':
    case 'level':
      return readLimited(input, feature, at, faults) ?? null;
    case 'value':
      return readValue(input, feature.key, at, faults) ?? null;
  }
}

export function writeTerms(terms: FeatureTerms | null): WrittenTerms {
  if (terms === null) return false;
  switch (terms.kind) {
    case 'boolean':
      return true;
    case 'metered':
      return { limit: writeLimit(terms.limit), beyond: writeBeyond(terms.beyond) };
    case 'level':
      return { limit: writeLimit(terms.limit) };
    case 'value':
      return typeof terms.value === 'string' ? { value: terms.value } : { values: terms.value };
  }
}

/** A limit as answers give it; `null` is unlimited. */
export function limitToNumber(limit: Quantity | null): number | null {
  return limit === null ? null : quantityToNumber(limit);
}

function readLimited(
  input: unknown,
  feature: Pick<Feature, 'key' | 'kind'>,
  at: string,
  faults: Faults,
): FeatureTerms | undefined {
  const allowed = feature.kind === 'metered' ? ['limit', 'beyond'] : ['limit'];
  if (!isMembers(input) || !('limit' in input)) {
    const form = '{"limit": amount or null}, or false';
    const message = `${feature.key} is a ${feature.kind} feature: ${form}`;
    return complain(faults, at, message);
  }
  refuseOthers(input, allowed, at, faults);
  const limit = input['limit'] === null ? null : readAmount(input['limit'], `${at}/limit`, faults);
  if (limit === undefined) return undefined;
  if (feature.kind === 'level') return { kind: 'level', limit };
  const beyond = readBeyond(input['beyond'] ?? { policy: 'block' }, `${at}/beyond`, faults);
  if (beyond === undefined) return undefined;
  if (limit === null && beyond.policy !== 'block') {
    return complain(faults, `${at}/beyond`, 'nothing lies beyond an unlimited amount');
  }
  return { kind: 'metered', limit, beyond };
}

function readBeyond(input: unknown, at: string, faults: Faults): Beyond | undefined {
  const policy = isMembers(input) ? input['policy'] : undefined;
  if (!isMembers(input) || typeof policy !== 'string') {
    return complain(faults, at, 'must be an object with a policy: block, grace or overage');
  }
  switch (policy) {
    case 'block':
      refuseOthers(input, ['policy'], at, faults);
      return { policy };
    case 'grace': {
      refuseOthers(input, ['policy', 'amount'], at, faults);
      const amount = readAmount(input['amount'], `${at}/amount`, faults);
      return amount === undefined ? undefined : { policy, amount };
    }
    case 'overage':
      return readOverage(input, at, faults);
    default:
      return complain(faults, `${at}/policy`, 'must be one of block, grace, overage');
  }
}

function readOverage(input: Members, at: string, faults: Faults): Beyond | undefined {
  refuseOthers(input, ['policy', 'unit_price_minor', 'currency'], at, faults);
  const price = readAmount(input['unit_price_minor'], `${at}/unit_price_minor`, faults);
  const currency = input['currency'];
  if (typeof currency !== 'string' || !/^[a-z]{3}$/.test(currency)) {
    return complain(faults, `${at}/currency`, 'must be a currency code in lower case, such as usd');
  }
  if (price === undefined) return undefined;
  if (price === 0n) {
    return complain(faults, `${at}/unit_price_minor`, 'must be more than nothing');
  }
  return { policy: 'overage', unitPriceMinor: formatQuantity(price), currency };
}

function readValue(
  input: unknown,
  key: string,
  at: string,
  faults: Faults,
): FeatureTerms | undefined {
  if (!isMembers(input) || 'value' in input === 'values' in input) {
    const message = `${key} is a value feature: {"value": text}, {"values": [texts]}, or false`;
    return complain(faults, at, message);
  }
  if ('value' in input) {
    refuseOthers(input, ['value'], at, faults);
    const value = readWord(input['value'], `${at}/value`, faults);
    return value === undefined ? undefined : { kind: 'value', value };
  }
  refuseOthers(input, ['values'], at, faults);
  const values = input['values'];
  if (!Array.isArray(values) || values.length === 0 || values.length > MOST_VALUES) {
    return complain(faults, `${at}/values`, `must be a list of 1 to ${MOST_VALUES} texts`);
  }
  const words = values.map((value, index) => readWord(value, `${at}/values/${index}`, faults));
  if (words.some((word) => word === undefined)) return undefined;
  const known = words as string[];
  if (new Set(known).size < known.length) {
    return complain(faults, `${at}/values`, 'must not name a value twice');
  }
  return { kind: 'value', value: known };
}

const MOST_VALUES = 200;
const MOST_CHARACTERS = 200;
/** Above this many millionths two decimals share a floating-point number. */
const MOST_EXACT = 2n ** 53n;

function readWord(input: unknown, at: string, faults: Faults): string | undefined {
  if (typeof input === 'string' && input.trim() !== '' && input.length <= MOST_CHARACTERS) {
    if (isText(input)) return input;
  }
  return complain(faults, at, `must be a text of 1 to ${MOST_CHARACTERS} characters`);
}

function readAmount(input: unknown, at: string, faults: Faults): Quantity | undefined {
  const text = typeof input === 'number' ? String(input) : input;
  const amount = typeof text === 'string' ? parseQuantity(text) : undefined;
  if (typeof input === 'number' && !Number.isSafeInteger(input) && (amount ?? 0n) > MOST_EXACT) {
    return complain(faults, at, 'is too long for a number: write the amount as text');
  }
  if (amount !== undefined && amount >= 0n) return amount;
  const message = 'must be an amount: at least 0, below 10^12, with at most six decimals';
  return complain(faults, at, message);
}

function refuseOthers(
  input: Members,
  allowed: readonly string[],
  at: string,
  faults: Faults,
): void {
  for (const name of Object.keys(input)) {
    if (!allowed.includes(name)) complain(faults, pointer(at, name), 'is not known here');
  }
}

/** A JSON pointer to a member (RFC 6901). */
export function pointer(at: string, member: string): string {
  return `${at}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function complain(faults: Faults, field: string, message: string): undefined {
  faults.push({ field, message });
}

function isMembers(input: unknown): input is Members {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function writeLimit(limit: Quantity | null): string | null {
  return limit === null ? null : formatQuantity(limit);
}

function writeBeyond(beyond: Beyond): WrittenBeyond {
  switch (beyond.policy) {
    case 'block':
      return { policy: 'block' };
    case 'grace':
      return { policy: 'grace', amount: formatQuantity(beyond.amount) };
    case 'overage':
      return {
        policy: 'overage',
        unit_price_minor: beyond.unitPriceMinor,
        currency: beyond.currency,
      };
  }
}
