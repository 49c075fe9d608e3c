import { expect, test } from 'vitest';
import { nameWords } from './name-words.ts';

test('names and addresses fall into words of letters, in small ones, each once', () => {
  expect(nameWords('Zebulon Quillfeather zebulon.quill12')).toEqual([
    'zebulon',
    'quillfeather',
    'quill',
  ]);
  expect(nameWords('Jürgen Ćosić-Müller')).toEqual(['jürgen', 'ćosić', 'müller']);
  expect(nameWords('Jo 1234 _ab_')).toEqual([]);
  expect(nameWords(`${'x'.repeat(500)} rest`)).toEqual(['rest']);
  const many = Array.from({ length: 40 }, (_, index) => 'word'.concat('abcdefgh'[index % 8] ?? ''));
  expect(nameWords(many.join(' ')).length).toBeLessThanOrEqual(12);
});
