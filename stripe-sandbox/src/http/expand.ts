import type { Tx } from '../engine/transaction.ts';
import { invalid } from './errors.ts';

/** Gives the whole object of an id. */
export type Expander = (tx: Tx, id: string) => object;

/** Gives what an object has only when asked for; nothing, or `null`, where this one has none. */
export type Inclusion = (tx: Tx, id: string) => object | null | undefined;

export interface Expanders {
  /** What the id in a property stands for, by the property's name. */
  readonly byProperty: Readonly<Record<string, Expander>>;
  /** Lists that an object has only when they are asked for, by `object` and property. */
  readonly included: Readonly<Record<string, Readonly<Record<string, Inclusion>>>>;
}

type Values = Record<string, unknown>;

const DEEPEST = 4;

/**
 * Puts objects in the places of their ids, as `expand[]` asks: `customer`, `items.data.price`,
 * and in a list `data.customer`. Answers a new object.
 */
export function expand(
  tx: Tx,
  answer: object,
  { paths, expanders }: { readonly paths: readonly string[]; readonly expanders: Expanders },
): object {
  // Of what was deleted only the id is left, and nothing in it to expand.
  if ('deleted' in answer && answer.deleted === true) return answer;
  let expanded = answer;
  for (const path of paths) {
    const parts = path.split('.');
    if (parts.length > DEEPEST + Number(parts[0] === 'data')) {
      throw invalid(`You cannot expand more than ${DEEPEST} levels of a property: ${path}`, {
        param: 'expand',
      });
    }
    expanded = expandIn(tx, expanded as Values, { parts, path, expanders });
  }
  return expanded;
}

interface Asked {
  readonly parts: readonly string[];
  readonly path: string;
  readonly expanders: Expanders;
}

function expandIn(tx: Tx, object: Values, asked: Asked): Values {
  const [part, ...rest] = asked.parts;
  if (part === undefined) return object;
  const value = valueOf(tx, object, part, asked);
  const next = { ...asked, parts: rest };
  const deeper = (entry: unknown): unknown => {
    const whole = typeof entry === 'string' ? resolved(tx, part, entry, asked) : entry;
    if (whole === null || typeof whole !== 'object') return whole;
    // What comes only when asked for may be a plain hash; what is always there may not.
    if (rest.length === 0 && Object.hasOwn(object, part) && !Object.hasOwn(whole, 'object')) {
      throw cannotExpand(part, asked.path);
    }
    return expandIn(tx, whole as Values, next);
  };
  return { ...object, [part]: Array.isArray(value) ? value.map(deeper) : deeper(value) };
}

function valueOf(tx: Tx, object: Values, part: string, asked: Asked): unknown {
  const kind = typeof object['object'] === 'string' ? object['object'] : '';
  const included = asked.expanders.included[kind];
  if (included !== undefined && Object.hasOwn(included, part) && object[part] === undefined) {
    return included[part]!(tx, object['id'] as string);
  }
  if (!Object.hasOwn(object, part)) throw cannotExpand(part, asked.path);
  const value = object[part];
  if (value === null || typeof value === 'string' || typeof value === 'object') return value;
  throw cannotExpand(part, asked.path);
}

function resolved(tx: Tx, part: string, id: string, { expanders, path }: Asked): object {
  const { byProperty } = expanders;
  if (!Object.hasOwn(byProperty, part)) throw cannotExpand(part, path);
  return byProperty[part]!(tx, id);
}

function cannotExpand(part: string, path: string): Error {
  const shown = path === part ? part : `${part} in ${path}`;
  return invalid(`This property cannot be expanded (${shown}).`, { param: 'expand' });
}
