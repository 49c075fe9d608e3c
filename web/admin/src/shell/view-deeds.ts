import { useEffect, useSyncExternalStore } from 'react';

/** Something that can be done in the view that is open, as the palette offers it. */
export interface ViewDeed {
  readonly name: string;
  readonly run: () => void;
}

const NONE: readonly ViewDeed[] = [];
let present = NONE;
const listeners = new Set<() => void>();

function tell(deeds: readonly ViewDeed[]): void {
  present = deeds;
  for (const listener of listeners) listener();
}

/** Offers deeds in the palette while the view is open. The list must stay the same in between. */
export function useOffer(deeds: readonly ViewDeed[]): void {
  useEffect(() => {
    tell(deeds);
    return () => tell(NONE);
  }, [deeds]);
}

export function useOffered(): readonly ViewDeed[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => present,
  );
}
