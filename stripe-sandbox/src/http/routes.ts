import type { Tx } from '../engine/transaction.ts';
import type { Answer } from './wire/answers.ts';
import type { Params, Specs } from './params.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** The parts of a path that stand for ids, by the names that the route gives them. */
export type PathIds = Readonly<Record<string, string>>;

export interface Asked<S extends Specs> {
  readonly params: Params<S>;
  readonly ids: PathIds;
}

/** What a path does: one deed, answered with an object of Stripe's unless it is another's path. */
export interface Route<A extends object = Answer> {
  readonly method: Method;
  /** With ids in braces, such as `/v1/customers/{customer}`. */
  readonly path: string;
  readonly specs: Specs;
  run(tx: Tx, asked: Asked<Specs>): A;
}

export function route<S extends Specs, A extends object>(
  method: Method,
  path: string,
  specs: S,
  run: (tx: Tx, asked: Asked<S>) => A,
): Route<A> {
  return { method, path, specs, run };
}

interface Node {
  readonly fixed: Map<string, Node>;
  id: { readonly name: string; readonly node: Node } | undefined;
  readonly routes: Map<Method, Route<object>>;
}

export interface Found {
  readonly route: Route<object>;
  readonly ids: PathIds;
}

/** Finds the route of a path: fixed parts before ids. */
export function routerOf(
  routes: readonly Route<object>[],
): (method: string, path: string) => Found | undefined {
  const root = emptyNode();
  for (const each of routes) insert(root, each);
  return (method, path) => {
    const ids: Record<string, string> = {};
    const node = descend(root, partsOf(path), ids);
    const found = node?.routes.get(method as Method);
    return found && { route: found, ids };
  };
}

function emptyNode(): Node {
  return { fixed: new Map(), id: undefined, routes: new Map() };
}

const partsOf = (path: string): string[] => path.split('/').slice(1);

function insert(root: Node, added: Route<object>): void {
  let node = root;
  for (const part of partsOf(added.path)) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      const next = node.fixed.get(part) ?? emptyNode();
      node.fixed.set(part, next);
      node = next;
    } else {
      node.id ??= { name, node: emptyNode() };
      if (node.id.name !== name) throw new Error(`${added.path} calls ${node.id.name} ${name}`);
      node = node.id.node;
    }
  }
  if (node.routes.has(added.method)) throw new Error(`${added.path} is routed twice`);
  node.routes.set(added.method, added);
}

function descend(
  node: Node,
  parts: readonly string[],
  ids: Record<string, string>,
): Node | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) return node;
  const fixed = node.fixed.get(part);
  const found = fixed && descend(fixed, rest, ids);
  if (found !== undefined) return found;
  if (node.id === undefined || part === '') return undefined;
  ids[node.id.name] = decoded(part);
  return descend(node.id.node, rest, ids);
}

/** One that is not well encoded stays as it is: no id looks like that. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
