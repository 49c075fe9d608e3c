import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { useTestServer, type TestServer } from '../../../server/test/support/server.ts';
import { startBrowser } from '../../../tools/browser/browser.ts';

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

/** A server with its pages, and a browser, for the tests of one file. */
export function useAccountPages(): AccountPages {
  const server = useTestServer();
  const sent: { call: string; body: unknown }[] = [];
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterEach(async () => {
    sent.length = 0;
    await Promise.all(browser?.contexts().map((context) => context.close()) ?? []);
  });
  afterAll(() => browser?.close());
  const newPage = async (answers: Answers | undefined): Promise<Page> => {
    const context = await browser!.newContext({ timezoneId: 'Europe/Berlin', locale: 'en-US' });
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

async function answerAs(
  context: BrowserContext,
  answers: Answers,
  sent: { call: string; body: unknown }[],
): Promise<void> {
  await context.route(`**${API}**`, async (route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname.slice(API.length);
    const call = `${request.method()} ${path}`;
    if (request.method() !== 'GET') sent.push({ call, body: request.postDataJSON() as unknown });
    const given = answers[call];
    const answer: unknown = typeof given === 'function' ? (given as () => unknown)() : given;
    if (answer === undefined) return route.fallback();
    if (!(answer instanceof Refused)) return route.fulfill({ json: answer });
    return route.fulfill({ status: answer.status, json: answer.problem });
  });
}
