// pure

/** What a model costs from a day on; decimals in units of the currency. */
export interface PriceLine {
  readonly provider: string;
  readonly model: string;
  readonly startsOn: string;
  readonly currency: string;
  readonly perMillionTokensIn: string;
  readonly perMillionTokensOut: string;
  readonly perUnit: string;
}
