// pure

const SHORTEST = 12;
const LONGEST = 200;
const FEWEST_DIFFERENT = 6;
/** What is tried first; compared without regard to case, digits and signs around them. */
const COMMON = ['password', 'passwort', 'qwerty', 'letmein', 'welcome', 'whisperforge', 'admin'];

/** Why a password will not do, as a sentence; nothing where it will. */
export function passwordFault(password: string, email: string): string | undefined {
  const lower = password.toLowerCase();
  if (password.length < SHORTEST) return `A password has at least ${SHORTEST} characters.`;
  if (password.length > LONGEST) return `A password has at most ${LONGEST} characters.`;
  if (new Set(lower).size < FEWEST_DIFFERENT) {
    return `A password has at least ${FEWEST_DIFFERENT} different characters.`;
  }
  const name = email.split('@', 1)[0]?.toLowerCase() ?? '';
  if (lower === email.toLowerCase() || (name.length >= 4 && lower.includes(name))) {
    return 'A password does not hold the name in the address.';
  }
  const core = lower.replaceAll(/[^a-z]+/g, '');
  if (COMMON.some((word) => core === word || core === word + word)) {
    return 'This password is among the first that anybody would try.';
  }
  if (isRun(lower)) return 'A password is no row of keys or digits.';
  return undefined;
}

const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890123456789', 'qwertyuiopasdfghjklzxcvbnm'];
const RUNS = [...ROWS, 'zyxwvutsrqponmlkjihgfedcba', '98765432109876543210'];

function isRun(lower: string): boolean {
  return RUNS.some((row) => row.includes(lower));
}
