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

/** What of it is to be another; what is not named stays. */
export type ChangedDetails = {
  readonly [Name in keyof UserDetails]?: UserDetails[Name] | undefined;
};

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
  /** Counts what was changed of the user. */
  readonly revision: number;
}

/** Whether anything that is told of a user is another than what is known. */
export function isNews(user: User, { email, metadata, ...details }: UserDetails): boolean {
  const { name, country, source, campaign, locale } = details;
  const differs = (told: string | undefined, known: string | null): boolean =>
    told !== undefined && told !== known;
  return (
    email !== user.email ||
    differs(name, user.name) ||
    differs(country, user.country) ||
    differs(source, user.source) ||
    differs(campaign, user.campaign) ||
    differs(locale, user.locale) ||
    (metadata !== undefined && JSON.stringify(metadata) !== JSON.stringify(user.metadata))
  );
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
