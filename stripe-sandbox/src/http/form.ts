import { invalid } from './errors.ts';

/** A value of a form: text, or what its brackets make of it. */
export type FormValue = string | FormHash;
export interface FormHash {
  [key: string]: FormValue;
}

const MOST_FIELDS = 10_000;
const DEEPEST = 10;

/** How many entries `[]` has added to a hash. */
type Counts = Map<FormHash, number>;

/**
 * Reads `a[b][0][c]=v` as Stripe's servers do: brackets open hashes, `[]` counts on. Hashes have
 * no prototype, so no key is special.
 */
export function parseForm(text: string): FormHash {
  const root = emptyHash();
  if (text === '') return root;
  const fields = text.split('&');
  if (fields.length > MOST_FIELDS) throw invalid(`Too many parameters: at most ${MOST_FIELDS}.`);
  const counts: Counts = new Map();
  for (const field of fields) {
    if (field === '') continue;
    const equals = field.indexOf('=');
    const name = decode(equals < 0 ? field : field.slice(0, equals));
    const value = equals < 0 ? '' : decode(field.slice(equals + 1));
    assign(root, { path: pathOf(name), value, counts });
  }
  return root;
}

export function emptyHash(): FormHash {
  return Object.create(null) as FormHash;
}

function decode(text: string): string {
  try {
    return withoutNul(decodeURIComponent(text.replaceAll('+', ' ')));
  } catch (error) {
    if (error instanceof URIError) throw invalid('Invalid string: it is not encoded as UTF-8.');
    throw error;
  }
}

function withoutNul(text: string): string {
  if (text.includes('\0')) throw invalid('Invalid string: a NUL character is not allowed.');
  return text;
}

function pathOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open < 0) return [name];
  const path = [name.slice(0, open)];
  const rest = name.slice(open);
  if (!/^(?:\[[^[\]]*\])+$/.test(rest)) throw invalidName(name);
  for (const part of rest.slice(1, -1).split('][')) path.push(part);
  if (path.length > DEEPEST) throw invalidName(name);
  return path;
}

function invalidName(name: string): Error {
  return invalid(`Invalid parameter name: ${name.slice(0, 100)}`);
}

interface Field {
  readonly path: readonly string[];
  readonly value: string;
  readonly counts: Counts;
}

function assign(root: FormHash, { path, value, counts }: Field): void {
  let hash = root;
  for (const [index, part] of path.entries()) {
    const rest = path.slice(index + 1);
    const key = part === '' && index > 0 ? entryKey(hash, rest, counts) : part;
    const known = hash[key];
    if (rest.length === 0) {
      if (typeof known === 'object') throw invalid(`Invalid hash: ${path[0]!.slice(0, 100)}`);
      hash[key] = value;
      return;
    }
    if (typeof known === 'string') throw invalid(`Invalid hash: ${path[0]!.slice(0, 100)}`);
    hash = known ?? (hash[key] = emptyHash());
  }
}

/** `a[][b]=1&a[][c]=2` is one entry; `a[][b]=1&a[][b]=2` are two. */
function entryKey(hash: FormHash, rest: readonly string[], counts: Counts): string {
  const count = counts.get(hash) ?? 0;
  const last = hash[String(count - 1)];
  const [next] = rest;
  if (typeof last === 'object' && next !== undefined && next !== '' && last[next] === undefined) {
    return String(count - 1);
  }
  counts.set(hash, count + 1);
  return String(count);
}

const DEEPEST_JSON = 20;

/** A JSON body (`/v2` has them) as a form: the same parameters are read from both. */
export function formOfJson(value: unknown, depth = 0): FormValue {
  if (depth > DEEPEST_JSON) throw invalid('Invalid request: it is nested too deeply.');
  if (value === null) return '';
  if (typeof value === 'string') return withoutNul(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const hash = emptyHash();
  for (const [key, entry] of Object.entries(value as object)) {
    hash[withoutNul(key)] = formOfJson(entry, depth + 1);
  }
  return hash;
}
