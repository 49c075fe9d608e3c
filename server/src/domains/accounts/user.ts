// pure

/** What the app says about one of its users when it makes or renews them. */
export interface UserDetails {
  readonly email: string;
  readonly name?: string | undefined;
  readonly signedUpMs?: number | undefined;
  readonly country?: string | undefined;
  readonly source?: string | undefined;
  readonly campaign?: string | undefined;
  readonly locale?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** A person of the app. */
export interface User {
  readonly id: number;
  /** The app's own id of the person. */
  readonly externalId: string;
  readonly accountId: number;
  readonly email: string;
  readonly name: string | null;
  readonly country: string | null;
  readonly source: string | null;
  readonly campaign: string | null;
  readonly locale: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly signedUpMs: number;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Who pays: one for each user, until teams share one. */
export interface Account {
  readonly id: number;
  readonly ownerUserId: number;
  readonly currency: string;
  /** Quota periods are months counted from here. */
  readonly anchorMs: number;
  /** Counts changes of the facts that access follows from. */
  readonly accessVersion: number;
}
