/** Who did it: a member of staff, a secret key, an operator at the command line, or a job. */
export interface Actor {
  readonly kind: 'staff' | 'key' | 'cli' | 'system';
  /** The staff's or key's id, the operator's login, the job's name. */
  readonly id: string | null;
  /** By which request it came and from where; entries take them from here. */
  readonly requestId?: string;
  readonly address?: string;
}

/**
 * What names a person: a name, an address, free text about them. It is kept encrypted with a key
 * of that person's, and is unreadable once they are erased.
 */
export interface PersonalValues {
  /** Such as `user` or `staff`. */
  readonly personKind: string;
  readonly personId: string | number;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * One deed for the record. `before` and `after` hold the fields that changed, never secrets and
 * nothing that names a person: entries are permanent. Such values belong into `personal`.
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
  /** The actor's where nothing is said. */
  readonly requestId?: string | null;
  /** The address that the request came from; the actor's where nothing is said. */
  readonly address?: string | null;
  readonly personal?: PersonalValues;
}
