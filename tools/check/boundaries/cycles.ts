import type { Finding } from '../finding.ts';
import type { Modules } from '../modules.ts';

/** Reports every knot of modules that import each other, by values or by types, with one round. */
export function checkCycles(modules: Modules): Finding[] {
  const edges = new Map<string, string[]>();
  for (const module of modules.values()) {
    const goals = module.references.flatMap(({ goal }) =>
      goal.kind === 'module' && modules.has(goal.path) ? [goal.path] : [],
    );
    edges.set(module.path, [...new Set(goals)]);
  }
  return findKnots(edges).map((knot) => {
    const round = shortestRound(knot, edges);
    const message = `import cycle: ${round.join(' -> ')}`;
    return { path: round[0] ?? '.', line: 1, rule: 'cycle', message };
  });
}

interface Visit {
  readonly path: string;
  readonly goals: Iterator<string>;
}

/** Tarjan's strongly connected components, without recursion so that depth has no limit. */
function findKnots(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const knots: string[][] = [];
  const open = (path: string): Visit => {
    order.set(path, order.size);
    low.set(path, order.size - 1);
    stack.push(path);
    onStack.add(path);
    return { path, goals: (edges.get(path) ?? []).values() };
  };
  const lower = (path: string, bound: number | undefined): void => {
    low.set(path, Math.min(low.get(path) ?? 0, bound ?? 0));
  };
  const close = (path: string): void => {
    if (low.get(path) !== order.get(path)) return;
    const knot = stack.splice(stack.indexOf(path));
    for (const member of knot) onStack.delete(member);
    if (knot.length > 1 || edges.get(path)?.includes(path)) knots.push(knot.toSorted());
  };
  for (const start of edges.keys()) {
    if (order.has(start)) continue;
    const visits = [open(start)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const next = visit.goals.next();
      if (next.done) {
        visits.pop();
        close(visit.path);
        const parent = visits.at(-1);
        if (parent !== undefined) lower(parent.path, low.get(visit.path));
      } else if (!order.has(next.value)) {
        visits.push(open(next.value));
      } else if (onStack.has(next.value)) {
        lower(visit.path, order.get(next.value));
      }
    }
  }
  return knots;
}

/** One shortest way from the knot's first module back to itself. */
function shortestRound(
  knot: readonly string[],
  edges: ReadonlyMap<string, readonly string[]>,
): string[] {
  const start = knot[0] ?? '';
  const inside = new Set(knot);
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const goal of edges.get(path) ?? []) {
      if (goal === start) return [...unwind(path, start, cameFrom), start];
      if (!inside.has(goal) || cameFrom.has(goal)) continue;
      cameFrom.set(goal, path);
      queue.push(goal);
    }
  }
  return [...knot];
}

function unwind(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [end];
  for (let at = end; at !== start;) {
    at = cameFrom.get(at) ?? start;
    path.unshift(at);
  }
  return path;
}
