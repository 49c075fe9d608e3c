/** What the server answers about whoever is signed in; unknown words are shown as they are. */

export const ROLES = ['owner', 'admin', 'finance', 'support', 'analyst'] as const;
export type Role = (typeof ROLES)[number];

export type Permission =
  | 'users.read'
  | 'users.write'
  | 'users.export'
  | 'bulk.write'
  | 'access.write'
  | 'money.read'
  | 'money.write'
  | 'receipts.write'
  | 'plans.read'
  | 'plans.write'
  | 'codes.read'
  | 'pricing.write'
  | 'operations.read'
  | 'operations.write'
  | 'keys.write'
  | 'settings.write'
  | 'audit.read'
  | 'metrics.read'
  | 'metrics.annotate'
  | 'inputs.write'
  | 'staff.read'
  | 'staff.write';

export interface Me {
  readonly id: string | number;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly has_second_factor: boolean;
}

export interface ServerState {
  readonly version: string;
  readonly mode: 'development' | 'test' | 'live';
  readonly now: string;
}

export interface SessionAnswer {
  readonly staff: Me;
  readonly permissions: readonly Permission[];
  readonly csrf_token: string;
  readonly expires_at: string;
  readonly server: ServerState;
}

export interface SignInAnswer {
  readonly state: 'signed_in' | 'code_needed';
}

export interface List<T> {
  readonly data: readonly T[];
  readonly next_cursor?: string | null;
}
