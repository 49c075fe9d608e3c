import type { FastifyInstance } from 'fastify';

export interface KnownPaths {
  /** What can be asked of a path, such as `GET, HEAD`; nothing where no route has that path. */
  methodsAt(url: string): string[];
}

interface KnownPath {
  readonly matches: RegExp;
  readonly methods: ReadonlySet<string>;
}

/**
 * Remembers the paths of all routes that are added after it. The router itself knows only whether
 * a method has a path; the others are looked for when a request was not found, and only then.
 */
export function collectPaths(server: FastifyInstance): KnownPaths {
  const added = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    const methods = added.get(url) ?? new Set<string>();
    for (const name of [method].flat()) methods.add(name);
    added.set(url, methods);
  });
  let paths: readonly KnownPath[] | undefined;
  return {
    methodsAt(url) {
      // With the first request that was not found, when all routes have long been added.
      paths ??= Array.from(added, ([known, methods]) => ({ matches: matcherOf(known), methods }));
      const path = url.split('?', 1)[0] ?? '';
      const found = paths.filter(({ matches }) => matches.test(path));
      return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
    },
  };
}

/** `:name` stands for a part of the path, and `*` for the rest of it. */
function matcherOf(url: string): RegExp {
  const parts = url.split(/(:[a-z_]+|\*)/);
  const pattern = parts.map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : RegExp.escape(part);
  });
  return new RegExp(`^${pattern.join('')}$`);
}
