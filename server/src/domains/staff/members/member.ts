import type { Role } from '../../../platform/permissions.ts';

/** Somebody who signs in to the portal, or has. */
export interface Member {
  readonly id: number;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Of what others may have looked at before they change it. */
  readonly version: number;
  readonly hasPassword: boolean;
  readonly hasSecondFactor: boolean;
  readonly createdMs: number;
  readonly signedInMs: number | null;
  readonly deactivatedMs: number | null;
}

/** Addresses differ by case for nobody who reads mail. */
export function normalEmail(text: string): string {
  return text.trim().toLowerCase();
}
