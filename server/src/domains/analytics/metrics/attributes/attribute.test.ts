import { expect, test } from 'vitest';
import { attributesOf, readAttributes } from './attribute.ts';

test('filters by attributes are read with several values, with none, and with any signs', () => {
  expect(readAttributes('industry:saas,law;size:')).toEqual({
    'attribute.industry': ['saas', 'law'],
    'attribute.size': [''],
  });
  expect(readAttributes('company%20size:1%2C000%3B%3A,1%2C000%3B%3A')).toEqual({
    'attribute.company size': ['1,000;:'],
  });
  expect(readAttributes('')).toEqual({});
});

test('what is no filter by attributes is not read', () => {
  for (const text of ['industry', ':saas', 'a:b:c', 'a:%', 'a:;b:;c:;d:;e:;f:']) {
    expect(readAttributes(text), text).toBeNull();
  }
  expect(readAttributes(`${'k'.repeat(101)}:v`)).toBeNull();
});

test('attributes are asked for by filters and by the breakdown, each once', () => {
  const filters = { 'plan': ['pro'], 'attribute.industry': ['saas'] };
  expect(attributesOf(filters)).toEqual(['industry']);
  expect(attributesOf(filters, 'attribute.size')).toEqual(['industry', 'size']);
  expect(attributesOf(filters, 'attribute.industry')).toEqual(['industry']);
});
