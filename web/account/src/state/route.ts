import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';
import { addressOf, placeOf } from './seen.ts';

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
  /** What was done on the way here, to be said once. */
  readonly notice: string | null;
  /** Changes with every step, so that a view starts afresh. */
  readonly step: number;
}

export interface Router {
  readonly place: Place;
  /** Leads to another view of these pages. */
  readonly go: (
    to: string,
    options?: { readonly notice?: string; readonly replaces?: boolean },
  ) => void;
}

let steps = 0;

/** Where Stripe sends those who leave its page without buying. */
const CANCELED = /^\?checkout=canceled$/;
const CANCELED_NOTICE =
  'You left the checkout, so nothing was bought and nothing is charged. ' +
  'What you chose is there when you come back to it.';

function currentPlace(): Place {
  const { pathname, search } = globalThis.location;
  const state = globalThis.history.state as { readonly notice?: string } | null;
  const notice = CANCELED.test(search) ? CANCELED_NOTICE : (state?.notice ?? null);
  steps += 1;
  return { path: placeOf(pathname), query: new URLSearchParams(search), notice, step: steps };
}

export function useRouting(): Router {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const follow = (): void => setPlace(currentPlace());
    globalThis.addEventListener('popstate', follow);
    // Said once: after a reload nothing was just done.
    const { pathname, search } = globalThis.location;
    globalThis.history.replaceState(null, '', CANCELED.test(search) ? pathname : undefined);
    return () => globalThis.removeEventListener('popstate', follow);
  }, []);
  const go = useCallback<Router['go']>((to, { notice, replaces = false } = {}) => {
    const { history } = globalThis;
    history[replaces ? 'replaceState' : 'pushState']({ notice }, '', addressOf(to));
    setPlace(currentPlace());
    history.replaceState(null, '');
    globalThis.scrollTo(0, 0);
  }, []);
  return { place, go };
}

export const RouterContext = createContext<Router | null>(null);

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (router === null) throw new Error('A view is shown by the router only.');
  return router;
}
