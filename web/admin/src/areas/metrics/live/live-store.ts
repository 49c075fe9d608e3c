import { useSyncExternalStore } from 'react';

/** What has happened in the business, as the server tells it. */
export interface News {
  readonly id: number;
  readonly at: string;
  readonly kind: string;
  readonly user: string | null;
  readonly name: string | null;
  readonly plan: string | null;
  readonly amount: { readonly amount_minor: number; readonly currency: string } | null;
}

export interface LiveState {
  readonly isOpen: boolean;
  /** The latest first. */
  readonly news: readonly News[];
  /** Raised whenever the figures have become others. */
  readonly figures: number;
}

const MOST_NEWS = 50;
/** After a refusal, which a browser does not try again by itself. */
const AGAIN_MS = 10_000;

let state: LiveState = { isOpen: false, news: [], figures: 0 };
let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let heard: News[] = [];
let telling: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function change(next: Partial<LiveState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

/** One stream for all that is shown; the browser comes back with the last id it has heard. */
function open(): void {
  source = new EventSource('/admin/v1/live');
  source.addEventListener('ready', () => change({ isOpen: true, figures: state.figures + 1 }));
  source.addEventListener('figures', () => change({ figures: state.figures + 1 }));
  source.addEventListener('news', ({ data }: MessageEvent<string>) => take(data));
  source.addEventListener('error', () => {
    change({ isOpen: false });
    if (source?.readyState !== EventSource.CLOSED) return;
    shut();
    timer = setTimeout(follow, AGAIN_MS);
  });
}

function shut(): void {
  clearTimeout(timer);
  clearTimeout(telling);
  telling = undefined;
  heard = [];
  source?.close();
  source = undefined;
}

/**
 * Listens while the page can be seen. Browsers open six connections to a server, for all tabs; a
 * tab that nobody sees must not keep one, and is told the latest when it is seen again.
 */
function follow(): void {
  if (globalThis.document.hidden) {
    shut();
    change({ isOpen: false });
  } else if (source === undefined) {
    open();
  }
}

/**
 * The latest fifty arrive in one burst when the stream opens. They are told together: React draws
 * anew for each telling, and takes fifty of them without a pause for a loop without an end.
 */
function take(data: string): void {
  heard.push(JSON.parse(data) as News);
  telling ??= setTimeout(tellHeard, 0);
}

/** What was heard before is known by its id. */
function tellHeard(): void {
  const byId = new Map([...heard, ...state.news].map((each) => [each.id, each]));
  telling = undefined;
  heard = [];
  const news = [...byId.values()].toSorted((a, b) => b.id - a.id).slice(0, MOST_NEWS);
  change({ news });
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    globalThis.document.addEventListener('visibilitychange', follow);
    follow();
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    globalThis.document.removeEventListener('visibilitychange', follow);
    shut();
    // Somebody else may be signed in when it is opened next.
    state = { isOpen: false, news: [], figures: 0 };
  };
}

/** What happens, for as long as somebody looks. */
export function useLive(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}
