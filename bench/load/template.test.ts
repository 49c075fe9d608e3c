import { expect, test } from 'vitest';
import {
  makeTemplate,
  scatter,
  someKey,
  SOME_USER,
  userName,
  writeKey,
  writeUser,
} from './template.ts';

const template = makeTemplate({
  path: '/v1/track',
  host: '127.0.0.1:3000',
  secretKey: 'secret',
  body: { events: [0, 1].map(() => ({ user: SOME_USER, idempotency_key: someKey('stream') })) },
});

function writtenBody(): { events: { user: string; idempotency_key: string }[] } {
  const text = template.bytes.toString();
  const [head, body] = text.split('\r\n\r\n') as [string, string];
  expect(head).toContain(`content-length: ${body.length}`);
  return JSON.parse(body) as ReturnType<typeof writtenBody>;
}

test('users and keys are written in place, each event its own', () => {
  for (const [event, number] of [12, 345_678].entries()) {
    writeUser(template.bytes, template.userAt[event]!, number);
    writeKey(template.bytes, template.keyAt[event]!, number);
  }
  const { events } = writtenBody();
  expect(events.map(({ user }) => user)).toEqual([userName(12), userName(345_678)]);
  expect(events[0]!.idempotency_key).toMatch(/^[0-9a-f]{8}-4bcd-4ef0-8123-stream$/);
  expect(events[0]!.idempotency_key).not.toBe(events[1]!.idempotency_key);
});

test('distinct numbers make distinct keys', () => {
  const numbers = 200_000;
  const made = new Set<number>();
  for (let number = 0; number < numbers; number += 1) made.add(scatter(number));
  expect(made.size).toBe(numbers);
});
