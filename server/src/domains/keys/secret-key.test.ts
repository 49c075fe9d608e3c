import { expect, test } from 'vitest';
import { digestOf, newSecret, prefixOf } from './secret-key.ts';

test('a new key names its mode and carries 200 random bits', () => {
  const secrets = Array.from({ length: 1_000 }, () => newSecret('live'));
  expect(new Set(secrets).size).toBe(1_000);
  for (const secret of secrets) expect(secret).toMatch(/^wf_live_[0-9a-hjkmnp-tv-z]{40}$/);
  expect(newSecret('test')).toMatch(/^wf_test_/);
});

test('the digest is SHA-256', () => {
  expect(digestOf('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
});

test('what is shown of a key gives little of it away', () => {
  expect(prefixOf('wf_live_abcdefghijklmnop')).toBe('wf_live_abcd');
  expect(prefixOf('some-secret-from-elsewhere')).toBe('some');
});
