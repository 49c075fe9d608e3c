import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { keepBrowser } from './browser.ts';
import { openFront, type Answering, type Front, type FrontAnswer } from './front.ts';

/** A page and the server that it is loaded from, for one to look at after another. */
export interface Lane {
  readonly page: Page;
  readonly url: string;
  /** Where the page finds axe. */
  readonly axeUrl: string;
}

export interface LaneWishes {
  /** The address of the server that answers what nobody else does. */
  readonly behind: string;
  /** By whom the page is answered before that. */
  readonly answering: Answering;
  /**
   * A page that nobody had before or gets afterwards, for what it cannot be rid of: a clock, a
   * script that runs before its own.
   */
  readonly isOwn?: boolean;
}

export interface Lanes extends AsyncDisposable {
  /** A page on which whoever had it before has left nothing. */
  take(wishes: LaneWishes): Promise<Lane>;
  /** Takes it back, to be given to the next. Of one that is in whatever state nothing is kept. */
  giveBack(lane: Lane, options?: { readonly isBroken?: boolean }): Promise<void>;
  /** Takes one for as long as the work goes on. */
  lend<T>(wishes: LaneWishes, work: (lane: Lane) => Promise<T>): Promise<T>;
}

export interface LanesOptions {
  /** In which pages are opened; it is closed by whoever started it. */
  readonly browser: () => Promise<Browser>;
}

interface OwnLane {
  readonly front: Front;
  readonly context: BrowserContext;
  /** The page that one gets after another. */
  readonly page: Page;
}

/** As it is in a browser that has just been opened by somebody who wants no movements. */
export const VIEWPORT = { width: 1280, height: 720 };
const CONTEXT: BrowserContextOptions = {
  timezoneId: 'Europe/Berlin',
  locale: 'en-US',
  viewport: VIEWPORT,
  colorScheme: 'light',
  reducedMotion: 'reduce',
};

/**
 * Pages that are loaded again and again, each from an address that stays: a browser then has their
 * scripts compiled already, which saves more than half of what a browser of its own for each
 * costs. As many as are used at once.
 */
export function openLanes({ browser }: LanesOptions): Lanes {
  const idle: OwnLane[] = [];
  const taken = new Map<Lane, OwnLane>();
  const take = async ({ behind, answering, isOwn = false }: LaneWishes): Promise<Lane> => {
    const own = (await nextOf(idle)) ?? (await open(await browser(), behind));
    own.front.behind = behind;
    own.front.answering = (request) => (request.path === AXE_PATH ? axeFile() : answering(request));
    const page = isOwn ? await own.context.newPage() : own.page;
    const { url } = own.front;
    const lane = { page, url, axeUrl: url + AXE_PATH };
    taken.set(lane, own);
    return lane;
  };
  const giveBack: Lanes['giveBack'] = async (lane, { isBroken = false } = {}) => {
    const own = taken.get(lane);
    if (own === undefined) return;
    taken.delete(lane);
    // Elsewhere than at home it cannot be said what it has kept there.
    const isAway = !lane.page.isClosed() && !lane.page.url().startsWith(`${lane.url}/`);
    if (isBroken || isAway || lane.page.isClosed()) return close(own);
    await forget(lane, own);
    idle.push(own);
  };
  return {
    take,
    giveBack,
    async lend(wishes, work) {
      const lane = await take(wishes);
      try {
        const outcome = await work(lane);
        await giveBack(lane);
        return outcome;
      } catch (thrown) {
        // Whatever state it is in, nobody else gets to see it.
        await giveBack(lane, { isBroken: true });
        throw thrown;
      }
    },
    async [Symbol.asyncDispose]() {
      const all = [...idle.splice(0), ...taken.values()];
      taken.clear();
      await Promise.all(all.map(close));
    },
  };
}

const AXE_PATH = '/axe.js';
let axe: FrontAnswer | undefined;

/** The package's own smaller version of it, read when a page first asks for it. */
function axeFile(): FrontAnswer {
  const file = new URL(import.meta.resolve('axe-core/axe.min.js'));
  const contentType = 'text/javascript; charset=utf-8';
  axe ??= { status: 200, contentType, body: readFileSync(file, 'utf8'), isKept: true };
  return axe;
}

const kept = openLanes({ browser: keepBrowser });

/** Those of this process, which its files use one after the other: see `keepBrowser`. */
export function keepLanes(): Lanes {
  return kept;
}

async function open(browser: Browser, behind: string): Promise<OwnLane> {
  const front = await openFront(behind);
  const context = await browser.newContext({ ...CONTEXT, baseURL: front.url });
  return { front, context, page: await context.newPage() };
}

/** One that is there still: whoever closes all contexts of a browser closes these as well. */
async function nextOf(idle: OwnLane[]): Promise<OwnLane | undefined> {
  for (let own = idle.pop(); own !== undefined; own = idle.pop()) {
    if (!own.page.isClosed()) return own;
    await close(own);
  }
  return undefined;
}

async function close({ context, front }: OwnLane): Promise<void> {
  await context.close();
  await front[Symbol.asyncDispose]();
}

const HEARD = ['console', 'dialog', 'pageerror', 'request', 'response'];

async function forget({ page }: Lane, { page: common, context }: OwnLane): Promise<void> {
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  for (const event of HEARD) page.removeAllListeners(event);
  // So that it asks for nothing any more, which the next ones would answer.
  await (page === common ? page.goto('about:blank') : page.close());
  for (const other of context.pages()) if (other !== common) await other.close();
  await context.clearCookies();
  await common.emulateMedia({ colorScheme: 'light' });
  const size = common.viewportSize();
  if (size?.width !== VIEWPORT.width || size.height !== VIEWPORT.height) {
    await common.setViewportSize(VIEWPORT);
  }
}
