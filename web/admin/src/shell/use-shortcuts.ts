import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useMay } from '../api/session.ts';
import { AREAS } from './areas.ts';
import { openPalette } from './palette.tsx';

/** Keys that do something wherever one is, but not while somebody writes. */
export function useShortcuts(onHelp: () => void): void {
  const may = useMay();
  const navigate = useNavigate();
  const isGoing = useRef(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event.target)) return;
      const wasGoing = isGoing.current;
      isGoing.current = event.key === 'g' && !wasGoing;
      const area = AREAS.find(({ key, permission }) => key === event.key && may(permission));
      if (wasGoing && area !== undefined) return take(event, () => navigate({ to: area.to }));
      if (event.key === '?') return take(event, onHelp);
      if (event.key === '/') return take(event, focusSearch);
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  });
}

function take(event: KeyboardEvent, work: () => unknown): void {
  event.preventDefault();
  void work();
}

/** The list's own search where the view has one, else the search for everything. */
function focusSearch(): void {
  const own = globalThis.document.querySelector<HTMLInputElement>('main input[type=search]');
  if (own === null) return openPalette();
  own.focus();
  own.select();
}

/** Whether keys belong to what has the focus: a field, a dialog, a menu. */
export function isBusyElsewhere(target: EventTarget | null): boolean {
  if (globalThis.document.querySelector('[aria-modal=true]') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, [contenteditable], [role=menu]') !== null;
}
