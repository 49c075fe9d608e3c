export { csrfTokenOf, STAFF_COOKIE, TOKEN_PREFIX } from './secrets.ts';
export { createStaff, type StaffDomain, type StaffOptions } from './staff.ts';
export type { Member } from './members/member.ts';
export type { Letter, Letters } from './mail/letters.ts';
export type { FirstOwner } from './members/first-owner.ts';
export type { Operator } from './operator.ts';
export type { ServerInfo } from './routes/answers.ts';
export {
  IDENTITY_REFUSED,
  type IdentityProvider,
  type Vouched,
  type VouchingAnswer,
  type VouchingRequest,
} from './oidc/provider.ts';
export { passwordFault } from './sign-in/password-rules.ts';
