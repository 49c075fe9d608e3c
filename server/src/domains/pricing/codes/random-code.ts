/** Nobody reads 0 for O, 1 for I or L, or U for V; what is left spells few words. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

const GROUPS = 3;
const GROUP_LENGTH = 4;
/** Bytes from here on would make some letters likelier than others. */
const FAIR_BYTES = 256 - (256 % CODE_ALPHABET.length);

/**
 * A code such as `SPRING-7KQ4-M2XN-9PTR`. Twelve letters of thirty are 5 * 10^17 codes: who tries
 * a thousand a second finds one of ten thousand that are in force in about 1,700 years.
 */
export function randomCode(prefix: string): string {
  const groups = Array.from({ length: GROUPS }, () => randomLetters(GROUP_LENGTH));
  return [...(prefix === '' ? [] : [prefix]), ...groups].join('-');
}

function randomLetters(length: number): string {
  let letters = '';
  while (letters.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
      if (byte < FAIR_BYTES && letters.length < length) {
        letters += CODE_ALPHABET[byte % CODE_ALPHABET.length];
      }
    }
  }
  return letters;
}

/** Codes that differ from each other. */
export function randomCodes(count: number, prefix: string): string[] {
  const codes = new Set<string>();
  while (codes.size < count) codes.add(randomCode(prefix));
  return [...codes];
}
