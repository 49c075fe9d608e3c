// pure

/** A customer of a history that was kept elsewhere. */
export interface Customer {
  /** With the key, who it is: the origin that the history was imported under. */
  readonly origin: string;
  readonly customerKey: string;
  readonly name: string;
  readonly email: string;
  readonly country: string;
  readonly source: string;
  /** A calendar day; empty where none is known. */
  readonly signedUpOn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a line tells of a customer; `null` is what its file has no column for. */
export type CustomerLine = {
  readonly [Member in keyof Customer]: Customer[Member] | null;
} & Pick<Customer, 'origin' | 'customerKey' | 'attributes'>;

/** A file that has no column for something leaves it as it is; an empty cell empties it. */
export function laidOver(before: CustomerLine | undefined, line: CustomerLine): Customer {
  return {
    origin: line.origin,
    customerKey: line.customerKey,
    name: line.name ?? before?.name ?? '',
    email: line.email ?? before?.email ?? '',
    country: line.country ?? before?.country ?? '',
    source: line.source ?? before?.source ?? '',
    signedUpOn: line.signedUpOn ?? before?.signedUpOn ?? '',
    attributes: { ...before?.attributes, ...line.attributes },
  };
}
