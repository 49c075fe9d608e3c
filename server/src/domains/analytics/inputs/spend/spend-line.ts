// pure

/** What was spent on a channel over some days. */
export interface SpendLine {
  readonly channel: string;
  readonly campaign: string;
  readonly startsOn: string;
  /** The first day that it is not for. */
  readonly endsOn: string;
  readonly amountMinor: number;
  readonly currency: string;
}
