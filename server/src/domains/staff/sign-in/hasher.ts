import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../../platform/errors.ts';
import { TOO_BUSY } from '../errors.ts';

/** Makes of passwords what may be kept, and compares. */
export interface Hasher {
  hash(password: string): Promise<string>;
  /** The same work whether there is a hash to compare with or none. */
  verify(password: string, kept: string | null): Promise<boolean>;
}

/**
 * One of the sets that OWASP's Password Storage Cheat Sheet names as equally strong: 32 MiB, so
 * that a few at once do no harm. Each hash carries its own, so that these may be raised.
 */
export const USUAL_COST: Cost = { log2N: 15, r: 8, p: 3 };
/** For tests, which wait for hashes that nobody will ever attack. */
export const TEST_COST: Cost = { log2N: 8, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** The threads that hash also read files and look up names for everybody else. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 50;

export interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

interface Terms extends Cost {
  readonly salt: Buffer;
}

export function createHasher(cost: Cost = USUAL_COST): Hasher {
  const inTurn = turns();
  const derive = (password: string, terms: Terms): Promise<Buffer> =>
    inTurn(() => deriveKey(password, terms));
  const nobody = format({ ...cost, salt: randomBytes(SALT_BYTES) }, Buffer.alloc(KEY_BYTES));
  return {
    async hash(password) {
      const terms = { ...cost, salt: randomBytes(SALT_BYTES) };
      return format(terms, await derive(password, terms));
    },
    async verify(password, kept) {
      const { terms, key } = parse(kept ?? nobody);
      const derived = await derive(password, terms);
      return timingSafeEqual(derived, key) && kept !== null;
    },
  };
}

function deriveKey(password: string, { log2N, r, p, salt }: Terms): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const N = 2 ** log2N;
  // Two ways of writing one letter are one password.
  scrypt(
    password.normalize('NFKC'),
    salt,
    KEY_BYTES,
    { N, r, p, maxmem: 256 * N * r },
    (fault, key) => (fault === null ? resolve(key) : reject(fault)),
  );
  return promise;
}

/** As the Password Hashing Competition writes hashes down: `$scrypt$ln=15,r=8,p=3$salt$key`. */
function format({ log2N, r, p, salt }: Terms, key: Buffer): string {
  return `$scrypt$ln=${log2N},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

function parse(text: string): { readonly terms: Terms; readonly key: Buffer } {
  const [, log2N, r, p, salt, key] =
    /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$(.+)\$(.+)$/.exec(text) ?? [];
  if (salt === undefined || key === undefined) throw new TypeError('this is no hash of ours');
  const terms = {
    log2N: Number(log2N),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
  };
  return { terms, key: Buffer.from(key, 'base64') };
}

/** A few at a time, in order of arrival; and none that would wait for very long. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running === MOST_AT_ONCE) {
      if (waiting.length === MOST_WAITING) throw tooBusy();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function tooBusy(): AppError {
  return new AppError(TOO_BUSY, {
    message: 'Too many are signing in at this moment; try again shortly.',
    retryAfterSeconds: 5,
  });
}
