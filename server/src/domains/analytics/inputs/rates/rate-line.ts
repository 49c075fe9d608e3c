// pure

/** What a currency was worth in another on a day. */
export interface RateLine {
  readonly base: string;
  readonly currency: string;
  readonly day: string;
  /** Units of the base for one unit of the currency. */
  readonly rate: string;
}
