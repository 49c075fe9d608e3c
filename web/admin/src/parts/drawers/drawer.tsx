import { Drawer as MantineDrawer, type DrawerProps } from '@mantine/core';
import { useEffect, useState } from 'react';

/** Beside the view, for as long as it is there; whoever closes it goes on where they opened it. */
export function Drawer(props: Omit<DrawerProps, 'opened'>) {
  useFocusReturn();
  return <MantineDrawer opened {...props} />;
}

/**
 * A drawer goes with what has opened it, before it could give the focus back. Where the opener is
 * gone, too, as an entry of a menu is, one goes on from the title of the view.
 */
function useFocusReturn(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () =>
      void requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        const isThere = opener instanceof HTMLElement && opener.isConnected;
        const back = isThere && opener !== document.body ? opener : document.querySelector('h1');
        back?.focus({ preventScroll: true });
      }),
    [opener],
  );
}
