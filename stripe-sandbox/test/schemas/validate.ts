import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema } from './translate.ts';

/** What is wrong, and where: `invoice.lines.data[0].amount is "5": not of type integer`. */
export type Problem = string;

export interface Rules {
  /** Whether a word that the SDK does not know yet is wrong where it allows for new ones. */
  readonly knowsAllWords: boolean;
}

type Values = Readonly<Record<string, unknown>>;
type Definition = Exclude<Schema, false>;

interface Place {
  readonly path: string;
  readonly rules: Rules;
  readonly problems: Problem[];
}

const { roots, definitions } = load();

function load() {
  const text = readFileSync(join(import.meta.dirname, 'schemas.jsonl'), 'utf8');
  const [, head, ...lines] = text.trimEnd().split('\n');
  const named = lines.map((line) => JSON.parse(line) as readonly [string, Schema]);
  const parsed = JSON.parse(head!) as { readonly roots: Readonly<Record<string, string>> };
  return { roots: new Map(Object.entries(parsed.roots)), definitions: new Map(named) };
}

/** The objects that there are schemas of, by their `object`, behind `deleted` where they are. */
export function listKnownObjects(): string[] {
  return [...roots.keys()];
}

/** Judges an answer of the API by what its `object` says that it is. */
export function findProblems(value: unknown, rules: Rules = { knowsAllWords: false }): Problem[] {
  const problems: Problem[] = [];
  judge(value, { path: '', rules, problems });
  return problems;
}

function judge(value: unknown, place: Place): void {
  if (!isValues(value)) return note(place, value, 'not an object');
  const object = value['object'];
  const path = place.path === '' ? String(object) : place.path;
  const within = { ...place, path };
  if (object === 'list' || object === 'search_result') return judgeList(value, ofLists, within);
  if (object === undefined && Object.hasOwn(value, 'next_page_url')) {
    return judgeList(value, ofV2Lists, within);
  }
  // What `/v2` answers of something that is deleted.
  if (String(object).startsWith('v2.') && Object.keys(value).length === 2) return;
  const root = roots.get(rootOf(value));
  if (root === undefined) return note(within, object, 'not an object that is known here');
  check({ $ref: `#/$defs/${root}` }, value, within);
  if (object === 'event') judgeEvent(value, within);
}

function rootOf({ object, deleted, type }: Values): string {
  if (object === 'v2.core.event') return `${object} ${String(type)}`;
  return deleted === true ? `deleted ${String(object)}` : String(object);
}

const ofLists: Definition = {
  type: 'object',
  properties: {
    object: { enum: ['list', 'search_result'] },
    data: { type: 'array', items: {} },
    has_more: { type: 'boolean' },
    next_page: { type: ['string', 'null'] },
    total_count: { type: 'integer' },
    url: { type: 'string' },
  },
  required: ['object', 'data', 'has_more', 'url'],
  additionalProperties: false,
};

const ofV2Lists: Definition = {
  type: 'object',
  properties: {
    data: { type: 'array', items: {} },
    next_page_url: { type: ['string', 'null'] },
    previous_page_url: { type: ['string', 'null'] },
  },
  required: ['data', 'next_page_url', 'previous_page_url'],
  additionalProperties: false,
};

function judgeList(list: Values, shape: Definition, place: Place): void {
  check(shape, list, place);
  if (!Array.isArray(list['data'])) return;
  for (const [index, item] of list['data'].entries()) {
    judge(item, { ...place, path: `${place.path}.data[${index}]` });
  }
}

/** An event's object is what a GET answers, but an upcoming invoice has no id yet. */
function judgeEvent(event: Values, place: Place): void {
  const data = event['data'];
  if (!isValues(data)) return;
  const path = `${place.path}(${String(event['type'])}).data.object`;
  const isUpcoming = event['type'] === 'invoice.upcoming';
  const object = data['object'];
  judge(isUpcoming && isValues(object) ? { id: 'none', ...object } : object, { ...place, path });
  const previous = data['previous_attributes'];
  if (!isValues(previous) || !isValues(object)) return;
  const root = definitions.get(roots.get(String(object['object'])) ?? '');
  const known = root === undefined || root === false ? {} : (root['properties'] as Values);
  for (const key of Object.keys(previous)) {
    if (Object.hasOwn(known, key)) continue;
    note({ ...place, path: `${place.path}.data.previous_attributes.${key}` }, '', 'not declared');
  }
}

function check(schema: Schema | true, value: unknown, place: Place): void {
  if (schema === true) return;
  if (schema === false) return note(place, value, 'what the sandbox does not answer');
  if (typeof schema['$ref'] === 'string') {
    const definition = definitions.get(schema['$ref'].slice('#/$defs/'.length));
    if (definition === undefined) throw new Error(`there is no schema ${schema['$ref']}`);
    return check(definition, value, place);
  }
  const options = schema['anyOf'] as readonly Definition[] | undefined;
  if (options !== undefined) return checkOptions(options, value, place);
  checkValue(schema, value, place);
}

/** Where none of them fits, the one is judged that was most likely meant. */
function checkOptions(options: readonly Definition[], value: unknown, place: Place): void {
  if (options.some((option) => holds(option, value, place.rules))) return;
  const objects = options.filter(({ type }) => type === undefined || type === 'object');
  const isDeleted = isValues(value) && value['deleted'] === true;
  const meant = objects.filter(({ $ref }) => isDeleted === /[/.]Deleted\w+$/.test(String($ref)));
  if (isValues(value) && meant.length === 1) return check(meant[0]!, value, place);
  note(place, value, 'like none of those that it may be');
}

function holds(schema: Definition, value: unknown, rules: Rules): boolean {
  const problems: Problem[] = [];
  check(schema, value, { path: '', rules, problems });
  return problems.length === 0;
}

function checkValue(schema: Definition, value: unknown, place: Place): void {
  const types = [(schema['type'] ?? []) as string | readonly string[]].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    return note(place, value, `not of type ${types.join(' or ')}`);
  }
  const words = schema['enum'] as readonly unknown[] | undefined;
  if (words?.includes(value) === false) return note(place, value, `not ${words.join(' or ')}`);
  const known = schema['known'] as readonly unknown[] | undefined;
  if (place.rules.knowsAllWords && value !== null && known?.includes(value) === false) {
    return note(place, value, `none of ${known.join(', ')}`);
  }
  const pattern = schema['pattern'];
  if (typeof pattern === 'string' && typeof value === 'string' && !RegExp(pattern).test(value)) {
    return note(place, value, `not like ${pattern}`);
  }
  if (Array.isArray(value)) {
    const items = (schema['items'] ?? true) as Schema | true;
    for (const [index, item] of value.entries()) {
      check(items, item, { ...place, path: `${place.path}[${index}]` });
    }
  } else if (isValues(value)) checkMembers(schema, value, place);
}

function checkMembers(schema: Definition, value: Values, place: Place): void {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  for (const key of (schema['required'] ?? []) as readonly string[]) {
    if (!Object.hasOwn(value, key)) place.problems.push(`${place.path}.${key} is missing`);
  }
  const others = (schema['additionalProperties'] ?? true) as Schema | true;
  for (const [key, member] of Object.entries(value)) {
    const inner = { ...place, path: `${place.path}.${key}` };
    if (Object.hasOwn(properties, key)) check(properties[key]!, member, inner);
    else if (others === false) note(inner, member, 'not declared');
    else check(others, member, inner);
  }
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isValues(value);
  return typeof value === type;
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const LONGEST_SHOWN = 120;

function note({ path, problems }: Place, value: unknown, what: string): void {
  const shown = JSON.stringify(value) ?? 'undefined';
  problems.push(`${path} is ${shown.slice(0, LONGEST_SHOWN)}: ${what}`);
}
