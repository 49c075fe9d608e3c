/** Who did it: a member of staff, a secret key, an operator at the command line, or a job. */
export interface Actor {
  readonly kind: 'staff' | 'key' | 'cli' | 'system';
  /** The staff's or key's id, the operator's login, the job's name. */
  readonly id: string | null;
}

/**
 * One deed for the record. `before` and `after` hold the fields that changed, never personal data
 * and never secrets: entries are permanent.
 */
export interface AuditEntry {
  readonly recordedMs: number;
  readonly actor: Actor;
  /** What was done, such as `key.revoked`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string | number };
  readonly accountId?: number | null;
  readonly reason?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly requestId?: string | null;
}
