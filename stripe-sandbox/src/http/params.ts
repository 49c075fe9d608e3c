import { invalid } from './errors.ts';
import type { FormHash, FormValue } from './form.ts';

/** How one parameter is read. */
export interface Spec<T> {
  /** Reads the value; `name` is the parameter as errors name it, such as `items[0][price]`. */
  read(value: FormValue, name: string): T;
  /** Whether the parameter may be left out; then it is `undefined`. */
  readonly isOptional?: boolean;
}

type Read<S> = S extends Spec<infer T> ? T : never;

/** What reading by a list of specs gives. */
export type Params<S extends Specs> = { readonly [Name in keyof S]: Read<S[Name]> };

export type Specs = Readonly<Record<string, Spec<unknown>>>;

/**
 * The parameters of a request of Stripe's, by the SDK's own type of them: each has to be named, so
 * that a new version of the SDK that knows more does not compile until they are.
 */
export function paramsOf<P extends object>() {
  type Names = Exclude<keyof P, 'expand' | symbol>;
  return <S extends { readonly [Name in Names]-?: Spec<unknown> }>(
    specs: S & { readonly [Name in Exclude<keyof S, Names>]: never },
  ): S => specs;
}

/** Reads a form by specs; a parameter that is not among them is refused. */
export function readParams<S extends Specs>(specs: S, form: FormHash, prefix = ''): Params<S> {
  const nameOf = (key: string): string => (prefix === '' ? key : `${prefix}[${key}]`);
  const params: Record<string, unknown> = {};
  for (const key of Object.keys(form)) {
    if (Object.hasOwn(specs, key)) continue;
    const name = nameOf(key);
    throw invalid(`Received unknown parameter: ${name}`, {
      code: 'parameter_unknown',
      param: name,
    });
  }
  for (const [key, spec] of Object.entries(specs)) {
    const value = form[key];
    if (value !== undefined) params[key] = spec.read(value, nameOf(key));
    else if (spec.isOptional !== true) throw missingParam(nameOf(key));
  }
  return params as Params<S>;
}

export function missingParam(name: string): Error {
  return invalid(`Missing required param: ${name}.`, { code: 'parameter_missing', param: name });
}

/** May be left out. */
export function optional<T>(spec: Spec<T>): Spec<T | undefined> {
  return { ...spec, isOptional: true };
}

/** May be emptied by an empty text, which is what `null` and `''` of the SDK become. */
export function emptyable<T>(spec: Spec<T>): Spec<T | null | undefined> {
  return {
    isOptional: true,
    read: (value, name) => (value === '' ? null : spec.read(value, name)),
  };
}

const LONGEST_TEXT = 5_000;

export function text(longest = LONGEST_TEXT): Spec<string> {
  return {
    read(value, name) {
      if (typeof value !== 'string') throw invalid(`Invalid string: ${name}`, { param: name });
      if (value === '') throw emptyParam(name);
      if (isLonger(value, longest)) {
        const message = `Invalid string: ${name} must be at most ${longest} characters.`;
        throw invalid(message, { code: 'parameter_invalid_string', param: name });
      }
      return value;
    },
  };
}

/** Characters are counted, of which some take two places in a string of JavaScript. */
function isLonger(value: string, longest: number): boolean {
  return value.length > longest && Array.from(value).length > longest;
}

function emptyParam(name: string): Error {
  const message =
    `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a ` +
    `parameter; however '${name}' cannot be unset. You should remove '${name}' from your request ` +
    'or supply a non-empty value.';
  return invalid(message, { code: 'parameter_invalid_empty', param: name });
}

export interface IntegerRange {
  readonly least?: number;
  readonly most?: number;
}

/** A whole number that a JavaScript number can hold. */
export function integer({
  least = Number.MIN_SAFE_INTEGER,
  most,
}: IntegerRange = {}): Spec<number> {
  const highest = most ?? Number.MAX_SAFE_INTEGER;
  return {
    read(value, name) {
      const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : NaN;
      if (!Number.isSafeInteger(number)) {
        const message = `Invalid integer: ${shown(value)}`;
        throw invalid(message, { code: 'parameter_invalid_integer', param: name });
      }
      if (number >= least && number <= highest) return number;
      const message =
        number < least
          ? `This value must be greater than or equal to ${least}.`
          : `This value must be less than or equal to ${highest}.`;
      throw invalid(message, { code: 'parameter_invalid_integer', param: name });
    },
  };
}

/** Epoch seconds. */
export const timestamp: Spec<number> = integer({ least: 0, most: 253_402_300_799 });

/** A decimal text with at most so many decimals; stays text. */
export function decimal(decimals = 12): Spec<string> {
  const pattern = new RegExp(`^-?\\d{1,12}(\\.\\d{1,${decimals}})?$`);
  return {
    read(value, name) {
      if (typeof value === 'string' && pattern.test(value)) return value;
      throw invalid(`Invalid decimal: ${shown(value)}`, { param: name });
    },
  };
}

export const boolean: Spec<boolean> = {
  read(value, name) {
    if (value === 'true') return true;
    if (value === 'false') return false;
    throw invalid(`Invalid boolean: ${shown(value)}`, { param: name });
  },
};

/** One of a list of words; give it as `oneOf('a', 'b')`. */
export function oneOf<const Word extends string>(...words: Word[]): Spec<Word> {
  return {
    read(value, name) {
      if ((words as unknown[]).includes(value)) return value as Word;
      const message = `Invalid ${name}: must be one of ${words.join(', ')}`;
      throw invalid(message, { param: name });
    },
  };
}

export function hash<const S extends Specs>(specs: S): Spec<Params<S>> {
  return {
    read(value, name) {
      if (typeof value === 'string') throw invalid('Invalid object', { param: name });
      return readParams(specs, value, name);
    },
  };
}

/** A list; its entries are numbered from 0, as the SDK sends them, or have other keys. */
export function list<T>(spec: Spec<T>, most = 1_000): Spec<T[]> {
  return {
    read(value, name) {
      if (typeof value === 'string') throw invalid('Invalid array', { param: name });
      const keys = Object.keys(value);
      if (keys.length > most || !keys.every((key) => /^\d+$/.test(key))) {
        throw invalid('Invalid array', { param: name });
      }
      const inOrder = keys.toSorted((a, b) => Number(a) - Number(b));
      return inOrder.map((key) => spec.read(value[key]!, `${name}[${key}]`));
    },
  };
}

/** Either of two: the first that takes a text or a hash, whichever came. */
export function textOr<A, B>(ofText: Spec<A>, ofHash: Spec<B>): Spec<A | B> {
  return {
    read: (value, name) =>
      typeof value === 'string' ? ofText.read(value, name) : ofHash.read(value, name),
  };
}

/** Texts by names of the caller's own; an empty one takes the name away. */
export type MetadataChange = Readonly<Record<string, string>> | null | undefined;

const MOST_METADATA = 50;

export const metadata: Spec<MetadataChange> = {
  isOptional: true,
  read(value, name) {
    if (value === '') return null;
    if (typeof value === 'string') throw invalid('Invalid object', { param: name });
    const said: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [key, entry] of Object.entries(value)) {
      const param = `${name}[${key}]`;
      if (typeof entry !== 'string') throw invalid(`Invalid string: ${param}`, { param });
      if (isLonger(key, 40)) {
        const message = 'Metadata keys can be at most 40 characters long.';
        throw invalid(message, { code: 'parameter_invalid_string', param });
      }
      if (isLonger(entry, 500)) {
        const message = 'Metadata values can have up to 500 characters.';
        throw invalid(message, { code: 'parameter_invalid_string', param });
      }
      said[key] = entry;
    }
    if (Object.keys(said).length > MOST_METADATA) throw tooMuchMetadata(name);
    return said;
  },
};

/** What metadata is after a change: keys that were named are set, or gone where they are empty. */
export function mergeMetadata(
  known: Readonly<Record<string, string>>,
  change: MetadataChange,
): Record<string, string> {
  if (change === null) return {};
  const merged = new Map(Object.entries(known));
  for (const [key, value] of Object.entries(change ?? {})) {
    if (value === '') merged.delete(key);
    else merged.set(key, value);
  }
  if (merged.size > MOST_METADATA) throw tooMuchMetadata('metadata');
  return Object.fromEntries(merged);
}

function tooMuchMetadata(param: string): Error {
  return invalid(`You can specify up to ${MOST_METADATA} metadata keys.`, { param });
}

/** Stripe knows the parameter, and the sandbox does not yet; it says so instead of ignoring it. */
export const unsupported: Spec<undefined> = {
  isOptional: true,
  read(_value, name) {
    throw invalid(`The sandbox does not support the parameter ${name} yet.`, {
      code: 'sandbox_unsupported',
      param: name,
    });
  },
};

/** A part of Stripe that the sandbox lacks, such as automatic tax: it may be said to be off. */
export const offOnly: Spec<undefined> = {
  isOptional: true,
  read(value, name) {
    if (typeof value === 'string') throw invalid('Invalid object', { param: name });
    if (value['enabled'] === 'true') return unsupported.read('', `${name}[enabled]`);
    return undefined;
  },
};

/** A parameter that changes nothing that the sandbox shows; taken and put aside. */
export const ignored: Spec<undefined> = { isOptional: true, read: () => undefined };

function shown(value: FormValue): string {
  return typeof value === 'string' ? value.slice(0, 100) : 'a hash';
}

export const noParams = {} as const satisfies Specs;
