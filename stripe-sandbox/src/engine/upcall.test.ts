import { expect, it } from 'vitest';
import { Store } from './store.ts';
import { Tx } from './transaction.ts';
import { upcall } from './upcall.ts';

const origin = { requestId: null, idempotencyKey: null };
const tx = new Tx({ store: new Store(), seed: 'upcall', nowSeconds: 5, origin });

it('a call upwards reaches whoever was bound to it, within the same deed', () => {
  const laterBy = upcall<[seconds: number], number>('how late it is');
  laterBy.bind((deed, seconds) => deed.sandboxNow + seconds);
  expect(laterBy(tx, 2)).toBe(7);
});

it('a call that nobody answers is a fault that says where to bind it', () => {
  const unanswered = upcall<[]>('what follows');
  expect(() => unanswered(tx)).toThrow('nobody says what follows: see resources/upcalls.ts');
});

it('a second answer to one call is refused, and the first one stays', () => {
  const answered = upcall<[], string>('who is first');
  answered.bind(() => 'first');
  expect(() => answered.bind(() => 'second')).toThrow('who is first is said twice');
  expect(answered(tx)).toBe('first');
});
