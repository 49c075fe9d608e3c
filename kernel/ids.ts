const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const POOL_BYTES = 4096;

const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** Random characters of Crockford's base 32, five bits each, from the platform's secure source. */
export function randomText(length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) {
    if (used === POOL_BYTES) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    text += ALPHABET[pool[used]! & 31];
    used += 1;
  }
  return text;
}
