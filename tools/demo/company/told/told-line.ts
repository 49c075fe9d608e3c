// pure

/** A line of what the business knows elsewhere, by the names of its fields. */
export type ToldLine = Readonly<Record<string, string>>;
