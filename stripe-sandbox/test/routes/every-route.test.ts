import { expect, inject, test } from 'vitest';
import { listRoutes } from '../../src/resources/index.ts';
import { API_VERSION } from '../../src/sandbox.ts';
import { readAnswers } from './answered-routes.ts';

const { testFiles, routes } = readAnswers(inject('answersFolder'));

const own = 'test/routes/every-route.test.ts';
const notRun = inject('testFiles').filter((path) => path !== own && !testFiles.includes(path));

/** Routes of which no test can ask for an answer that the SDK declares, and why. */
const undeclared: Readonly<Record<string, string>> = {
  'GET /v1/payment_pages/{session}': 'for Stripe’s CLI, and in no type of the SDK',
  'POST /v1/payment_pages/{session}/confirm': 'for Stripe’s CLI, and in no type of the SDK',
  'POST /v1/refunds/{refund}/cancel': 'refuses always: no refund here waits for its customer',
};

test('every route has answered a test as the SDK declares it', ({ skip }) => {
  // Where only some of the sandbox's tests are run, nothing follows from what they did not ask.
  skip(inject('isNarrowed'), 'only tests of some names are run');
  const example = `such as ${notRun[0]}`;
  skip(notRun.length > 0, `${notRun.length} of the sandbox's test files are not run, ${example}`);
  const all = listRoutes(API_VERSION).map(({ method, path }) => `${method} ${path}`);
  const silent = all.filter((route) => !routes.has(route));
  expect(silent.toSorted()).toEqual(Object.keys(undeclared).toSorted());
});
