import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openFront, type Answering, type Front } from './front.ts';

/** A page and the server that it is loaded from, for one thing to look at after another. */
export interface Lane {
  readonly page: Page;
  readonly url: string;
}

export interface Lanes extends AsyncDisposable {
  /** Lends a page whose requests are answered as given; what it showed before has left nothing. */
  lend<T>(answering: Answering, work: (lane: Lane) => Promise<T>): Promise<T>;
}

export interface LanesOptions {
  /** In which pages are opened; it is closed by whoever started it. */
  readonly browser: () => Browser;
  /** The address of the server that answers what nobody else does. */
  readonly behind: () => string;
  readonly context: BrowserContextOptions;
}

interface OwnLane extends Lane {
  readonly front: Front;
  readonly context: BrowserContext;
}

/** As it is in a browser that has just been opened. */
const VIEWPORT = { width: 1280, height: 720 };

/**
 * Pages that are loaded again and again, since a browser then knows their scripts already: that
 * takes two thirds of what a browser of its own for each does. As many as are used at once.
 */
export function openLanes({ browser, behind, context: options }: LanesOptions): Lanes {
  const idle: OwnLane[] = [];
  const open = async (): Promise<OwnLane> => {
    const front = await openFront(behind());
    const context = await browser().newContext(options);
    return { front, context, page: await context.newPage(), url: front.url };
  };
  return {
    async lend(answering, work) {
      const lane = idle.pop() ?? (await open());
      lane.front.answering = answering;
      try {
        const outcome = await work(lane);
        await forget(lane);
        idle.push(lane);
        return outcome;
      } catch (thrown) {
        // Whatever state it is in, nobody else gets to see it.
        await close(lane);
        throw thrown;
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(idle.splice(0).map(close));
    },
  };
}

async function close({ context, front }: OwnLane): Promise<void> {
  await context.close();
  await front[Symbol.asyncDispose]();
}

async function forget({ page, context }: OwnLane): Promise<void> {
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  // So that it asks for nothing any more, which the next ones would answer.
  await page.goto('about:blank');
  await context.clearCookies();
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(VIEWPORT);
}
