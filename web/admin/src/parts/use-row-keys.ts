import { useEffect, useState } from 'react';
import { isBusyElsewhere } from '../shell/use-shortcuts.ts';

interface RowKeys<T> {
  readonly rows: readonly T[];
  readonly idOf: (row: T) => string;
  readonly onOpen: ((row: T) => void) | undefined;
  readonly selected: T[] | undefined;
  readonly onSelect: ((rows: T[]) => void) | undefined;
}

/** `j` and `k` go through the rows, `Enter` opens the one that is reached, `x` selects it. */
export function useRowKeys<T>(list: RowKeys<T>): { readonly current: string | null } {
  const [current, setCurrent] = useState<string | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event.target)) return;
      const { rows, idOf, onOpen } = list;
      const at = rows.findIndex((row) => idOf(row) === current);
      const row = rows[at];
      if (event.key === 'j' || event.key === 'k') {
        const next =
          rows[event.key === 'j' ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
        if (next === undefined) return;
        setCurrent(idOf(next));
        const lines = globalThis.document.querySelectorAll('tbody tr');
        lines[rows.indexOf(next)]?.scrollIntoView({ block: 'nearest' });
      } else if (row !== undefined && event.key === 'Enter' && !isControl(event.target)) {
        onOpen?.(row);
      } else if (row !== undefined && event.key === 'x') toggle(list, row);
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  });
  return { current };
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button') !== null;
}

function toggle<T>({ selected = [], onSelect, idOf }: RowKeys<T>, row: T): void {
  const without = selected.filter((other) => idOf(other) !== idOf(row));
  onSelect?.(without.length === selected.length ? [...selected, row] : without);
}
