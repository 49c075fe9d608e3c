import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import type { Variables } from '../../../server/src/main/config.ts';
import { useTestServer, type TestServer } from '../../../server/test/support/server.ts';
import type { FrontAnswer } from '../../../tools/browser/front.ts';
import { closeContexts, keepBrowser } from '../../../tools/browser/browser.ts';

/** Answers of `/admin/v1`, by method and path: a body, or a refusal. */
export type Answers = Readonly<Record<string, unknown>>;

/** What is answered instead of a body, as the server words it. */
export class Refused {
  readonly status: number;
  readonly problem: object;

  constructor(
    status: number,
    problem: { readonly code: string; readonly detail: string; readonly [member: string]: unknown },
  ) {
    this.status = status;
    this.problem = { title: 'Refused', status, ...problem };
  }
}

/** A stream of server-sent events that has ended already. */
export class Stream {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export const OWNER = { ADMIN_EMAIL: 'owner@example.com', ADMIN_PASSWORD: 'a long password, kept' };

export interface OpenOptions {
  /** Without movements, so that what is looked at has come to rest. */
  readonly isStill?: boolean;
  /** Is shown the page before it loads anything. */
  readonly watch?: (page: Page) => void;
}

export interface Portal {
  readonly server: TestServer;
  /** A browser of its own, on a page whose API is answered as given and by the server else. */
  open(path: string, answers?: Answers, options?: OpenOptions): Promise<Page>;
  /** What the page has sent, such as `POST users/u/boosts`, with its bodies. */
  readonly sent: { readonly call: string; readonly body: unknown }[];
}

export interface PortalOptions {
  /** Whose server it is, started otherwise, with `OWNER` in its environment. */
  readonly scene?: { readonly server: TestServer };
}

/** For what never comes, and not for a machine that has much else to do. */
export const PATIENCE_MS = 30_000;

/** A server with the portal and a browser, for the tests of one file. */
export function usePortal(env: Variables = {}, options: PortalOptions = {}): Portal {
  vi.setConfig({ expect: { poll: { timeout: PATIENCE_MS } } });
  const scene = options.scene ?? { server: useTestServer({ env: { ...OWNER, ...env } }) };
  const sent: { call: string; body: unknown }[] = [];
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await keepBrowser();
  });
  afterEach(async () => {
    sent.length = 0;
    await closeContexts(browser);
  });
  afterAll(() => closeContexts(browser));
  return {
    get server() {
      return scene.server;
    },
    sent,
    async open(path, answers, { isStill = false, watch } = {}) {
      const context = await browser!.newContext(contextOptions(isStill));
      if (answers !== undefined) await answerAs(context, answers, sent);
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      watch?.(page);
      await page.goto(`${scene.server.url}/admin${path}`);
      return page;
    },
  };
}

function contextOptions(isStill: boolean): BrowserContextOptions {
  return {
    timezoneId: 'Europe/Berlin',
    locale: 'en-US',
    reducedMotion: isStill ? 'reduce' : 'no-preference',
  };
}

const API = '/admin/v1/';

/** Such as `GET users/u`, of a path with the API before it. */
function callOf(method: string, path: string): string {
  return `${method} ${decodeURIComponent(path.slice(API.length))}`;
}

/** What is answered to a request as the answers have it; nothing of what they do not know. */
export function answerOf(answers: Answers, method: string, path: string): FrontAnswer | undefined {
  if (!path.startsWith(API)) return undefined;
  const given = answers[callOf(method, path)];
  const answer: unknown = typeof given === 'function' ? (given as () => unknown)() : given;
  if (answer === undefined) return undefined;
  if (answer instanceof Stream) {
    return { status: 200, contentType: 'text/event-stream', body: answer.text };
  }
  const contentType = 'application/json';
  if (!(answer instanceof Refused)) {
    return { status: 200, contentType, body: JSON.stringify(answer) };
  }
  return { status: answer.status, contentType, body: JSON.stringify(answer.problem) };
}

async function answerAs(
  context: BrowserContext,
  answers: Answers,
  sent: { call: string; body: unknown }[],
): Promise<void> {
  await context.route(`**${API}**`, async (route) => {
    const request = route.request();
    const { pathname } = new URL(request.url());
    const method = request.method();
    if (method !== 'GET') {
      sent.push({ call: callOf(method, pathname), body: request.postDataJSON() as unknown });
    }
    const answer = answerOf(answers, method, pathname);
    return answer === undefined ? route.fallback() : route.fulfill(answer);
  });
}
