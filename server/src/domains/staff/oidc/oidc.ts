import type { Tx } from '../../../platform/database.ts';
import { appendAudit } from '../../audit/index.ts';
import { join } from '../invitations/join.ts';
import { findInvitationByEmail } from '../invitations/store.ts';
import { normalEmail } from '../members/member.ts';
import { findMember, findMemberByEmail } from '../members/store.ts';
import { visitorOf, type StaffParts, type Visit } from '../parts.ts';
import { digestOf, newSecret } from '../secrets.ts';
import { admit, awaitCode, type SignedIn } from '../sign-in/sign-in.ts';
import type { IdentityProvider, Vouched } from './provider.ts';
import { findLinked, hasIdentity, insertRequest, linkIdentity, takeRequest } from './store.ts';

export const REQUEST_MS = 10 * 60_000;

export interface BegunRequest {
  /** Where the browser goes. */
  readonly url: string;
  /** What it keeps, to show that it is the same one when it comes back. */
  readonly browser: string;
}

export async function beginVouching(
  parts: StaffParts,
  provider: IdentityProvider,
): Promise<BegunRequest> {
  const [state, nonce, browser] = [newSecret(), newSecret(), newSecret()];
  // RFC 7636 wants 43 characters and more.
  const codeVerifier = newSecret() + newSecret();
  await insertRequest(parts.database, {
    stateDigest: digestOf(state),
    browserDigest: digestOf(browser),
    nonce,
    codeVerifier,
    expiresMs: parts.clock.nowMs() + REQUEST_MS,
  });
  const redirectUri = redirectUriOf(parts);
  return {
    url: await provider.authorizationUrl({ state, nonce, codeVerifier, redirectUri }),
    browser,
  };
}

export function redirectUriOf({ publicUrl }: StaffParts): string {
  return `${publicUrl()}/admin/oidc/callback`;
}

export interface BroughtBack {
  readonly code: string;
  readonly state: string;
  readonly browser: string;
}

/** Nothing where nobody asked, or where whoever is vouched for is no member. */
export async function endVouching(
  parts: StaffParts,
  { provider, brought }: { readonly provider: IdentityProvider; readonly brought: BroughtBack },
  visit: Visit,
): Promise<SignedIn | undefined> {
  const nowMs = parts.clock.nowMs();
  const asked = await takeRequest(parts.database, {
    stateDigest: digestOf(brought.state),
    browserDigest: digestOf(brought.browser),
    nowMs,
  });
  if (asked === undefined) return undefined;
  const redirectUri = redirectUriOf(parts);
  const vouched = await provider.identify({ ...asked, code: brought.code, redirectUri });
  return parts.database.transaction(async (tx) => {
    const staffId = await findVouched(tx, { vouched, nowMs }, visit);
    if (staffId === undefined) return recordStranger(tx, visit);
    const member = await findMember(tx, staffId);
    if (member === undefined || member.deactivatedMs !== null) return recordStranger(tx, visit);
    // Whoever has set a second factor here relies on it, whatever the other system asks for.
    if (member.hasSecondFactor) return awaitCode(tx, staffId, nowMs);
    return admit(tx, staffId, { visit, nowMs, how: 'oidc' });
  });
}

/**
 * By the identity that is linked; else by a verified address, which is then linked: a member who
 * has another identity of that system already is not whoever has that address today.
 */
async function findVouched(
  tx: Tx,
  { vouched, nowMs }: { readonly vouched: Vouched; readonly nowMs: number },
  visit: Visit,
): Promise<number | undefined> {
  const linked = await findLinked(tx, vouched);
  if (linked !== undefined || vouched.email === undefined) return linked;
  const email = normalEmail(vouched.email);
  const member = await findMemberByEmail(tx, email);
  const isActive = member !== undefined && member.deactivatedMs === null;
  const staffId = isActive ? member.id : await joinVouched(tx, { email, vouched, nowMs }, visit);
  if (staffId === undefined || (await hasIdentity(tx, staffId, vouched.issuer))) return undefined;
  await linkIdentity(tx, vouched, { staffId, nowMs });
  await appendAudit(tx, [
    {
      recordedMs: visit.nowMs,
      actor: visitorOf(staffId, visit),
      action: 'staff.identity_linked',
      subject: { kind: 'staff', id: staffId },
      after: { issuer: vouched.issuer },
    },
  ]);
  return staffId;
}

async function joinVouched(
  tx: Tx,
  { email, vouched, nowMs }: { email: string; vouched: Vouched; nowMs: number },
  visit: Visit,
): Promise<number | undefined> {
  const invitation = await findInvitationByEmail(tx, email, nowMs);
  if (invitation === undefined) return undefined;
  const name = vouched.name ?? email.split('@', 1)[0] ?? email;
  return join(tx, { invitation, name, passwordHash: null, nowMs }, visit);
}

async function recordStranger(tx: Tx, visit: Visit): Promise<undefined> {
  await appendAudit(tx, [
    {
      recordedMs: visit.nowMs,
      actor: visitorOf(undefined, visit),
      action: 'staff.sign_in_refused',
      subject: { kind: 'staff', id: 'unknown' },
      after: { by: 'oidc' },
    },
  ]);
  return undefined;
}
