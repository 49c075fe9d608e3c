/** A number that is the same for the same number `n` and salt, and unlike that of the next. */
export function drawn(salt: number, of = 'n'): string {
  return `abs(hashint8extended(${of}, ${salt}))`;
}

/** The same from 0 up to 1. */
export function share(salt: number, of = 'n'): string {
  return `(${drawn(salt, of)} % 100000 / 100000.0)`;
}

/** One of the words, the first ones more often than the last. */
export function word(words: readonly string[], salt: number, of = 'n'): string {
  const list = words.map((each) => `'${each}'`).join(',');
  return `(ARRAY[${list}])[1 + floor(${words.length} * power(${share(salt, of)}, 2))::int]`;
}
