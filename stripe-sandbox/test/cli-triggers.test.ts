import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCommandLine, type CommandLine } from './command-line.fixture.ts';
import { runTrigger } from './trigger-run.fixture.ts';
import { triggersInScope, triggersOutOfScope } from './triggers.ts';

let commandLine: CommandLine;

beforeAll(async () => {
  // Nothing is asked of the port for the text of a help.
  commandLine = await openCommandLine(0);
});

afterAll(() => commandLine.close());

test('every trigger of Stripe’s command line is either in scope or named as outside', async () => {
  const { output } = await commandLine.run('trigger', '--help');
  const [, listed = ''] = /Supported events:\n([\s\S]*?)\n\s*\n/.exec(output) ?? [];
  const named = listed.split('\n').map((line) => line.trim());
  expect(named.length).toBeGreaterThan(100);
  const known = [...Object.keys(triggersInScope), ...triggersOutOfScope];
  expect(known.toSorted()).toEqual(named.toSorted());
});

describe.concurrent('Stripe’s command line brings about', () => {
  test.each(Object.entries(triggersInScope))('%s, so that %s arrives', async (trigger, event) => {
    const { reasons } = await runTrigger(trigger, event);
    expect(reasons).toEqual([]);
  });
});
