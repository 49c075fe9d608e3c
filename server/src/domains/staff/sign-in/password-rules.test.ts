import { expect, test } from 'vitest';
import { passwordFault } from './password-rules.ts';

const EMAIL = 'ada.lovelace@example.com';

test.each([
  'short',
  'x'.repeat(201),
  'aaaaaaaaaaaaaaaa',
  'abababababababab',
  'password1234!',
  'Passwordpassword',
  'qwertyuiopas',
  '123456789012',
  'ada.lovelace2026',
  EMAIL,
])('refuses %s', (password) => {
  expect(passwordFault(password, EMAIL)).toMatch(/\.$/);
});

test.each(['correct horse battery', '7k2m-9qrs-t4vw-x8yz', 'ünïcödé passphrase'])(
  'takes %s',
  (password) => {
    expect(passwordFault(password, EMAIL)).toBeUndefined();
  },
);
