import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 6238 with what every authenticator app takes for granted: SHA-1, six digits, 30 seconds. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** A clock may be off, and typing takes a while: one step to either side is good as well. */
const STEPS_ASIDE = 1;

export function stepAt(nowMs: number): number {
  return Math.floor(nowMs / STEP_MS);
}

/** RFC 4226, section 5.3. */
export function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = mac.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/**
 * The step whose code this is, at an instant; none where it is of no step near, or of one that is
 * not after the last whose code was taken, since no code is good twice.
 */
export function stepOfCode(
  secret: Buffer,
  code: string,
  { nowMs, lastStep }: { readonly nowMs: number; readonly lastStep: number | null },
): number | undefined {
  const present = stepAt(nowMs);
  let found: number | undefined;
  for (let step = present - STEPS_ASIDE; step <= present + STEPS_ASIDE; step += 1) {
    const isAfter = lastStep === null || step > lastStep;
    if (isEqual(codeOf(secret, step), code) && isAfter) found ??= step;
  }
  return found;
}

function isEqual(expected: string, given: string): boolean {
  const one = Buffer.from(expected);
  const other = Buffer.from(given);
  return one.length === other.length && timingSafeEqual(one, other);
}

const BASE_32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding: as authenticator apps have secrets typed in. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE_32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

/** What the square picture holds that an authenticator app scans. */
export function otpauthUri(secret: Buffer, account: { issuer: string; email: string }): string {
  const label = `${encodeURIComponent(account.issuer)}:${encodeURIComponent(account.email)}`;
  const query = new URLSearchParams({ secret: base32(secret), issuer: account.issuer });
  return `otpauth://totp/${label}?${query.toString()}`;
}
