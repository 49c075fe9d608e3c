import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { useTestServer, type TestServer } from '../../../server/test/support/server.ts';
import type { FrontAnswer } from '../../../tools/browser/front.ts';
import { closeContexts, keepBrowser } from '../../../tools/browser/browser.ts';

/** Answers of the pages' own API, by method and path: a body, or a status with a problem. */
export type Answers = Readonly<Record<string, unknown>>;

/** What is answered instead of a body: a refusal, as the server words it. */
export class Refused {
  readonly status: number;
  readonly problem: object;

  constructor(status: number, problem: { readonly code: string; readonly detail: string }) {
    this.status = status;
    this.problem = { title: 'Refused', status, ...problem };
  }
}

export interface AccountPages {
  readonly server: TestServer;
  readonly browser: Browser;
  /** A browser of its own, on a page whose API is answered as given and by the server else. */
  open(path: string, answers?: Answers): Promise<Page>;
  /** The same, with a clock that also goes when it is told to: `page.clock.fastForward()`. */
  openWithClock(path: string, answers: Answers): Promise<Page>;
  /** What the page has sent, such as `POST subscription/change`, with its bodies. */
  readonly sent: { readonly call: string; readonly body: unknown }[];
}

const CONTEXT: BrowserContextOptions = { timezoneId: 'Europe/Berlin', locale: 'en-US' };

/** A server with its pages, and a browser, for the tests of one file. */
export function useAccountPages(): AccountPages {
  const server = useTestServer();
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
  const newPage = async (answers: Answers | undefined): Promise<Page> => {
    const context = await browser!.newContext(CONTEXT);
    if (answers !== undefined) await answerAs(context, answers, sent);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    return page;
  };
  return {
    server,
    sent,
    get browser() {
      return browser!;
    },
    async open(path, answers) {
      const page = await newPage(answers);
      await page.goto(server.url + path);
      return page;
    },
    async openWithClock(path, answers) {
      const page = await newPage(answers);
      await page.clock.install();
      await page.goto(server.url + path);
      return page;
    },
  };
}

const API = '/account/api/';

/** Such as `GET overview`, of a path with the API before it. */
const callOf = (method: string, path: string): string => `${method} ${path.slice(API.length)}`;

/** What is answered to a request as the answers have it; nothing of what they do not know. */
export function answerOf(answers: Answers, method: string, path: string): FrontAnswer | undefined {
  if (!path.startsWith(API)) return undefined;
  const given = answers[callOf(method, path)];
  const answer: unknown = typeof given === 'function' ? (given as () => unknown)() : given;
  if (answer === undefined) return undefined;
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
