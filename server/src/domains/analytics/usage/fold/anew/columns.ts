// pure

/** A bit that tells whether events count to a feature, by the feature's place in the list. */
interface FeatureBit {
  readonly index: number;
  readonly bit: number;
}

/** A column whose bits tell which features events count to. */
export interface MaskColumn {
  readonly name: string;
  readonly bits: readonly FeatureBit[];
}

/** What an integer has room for beside its sign. */
const BITS = 31;

/** As many columns as it takes; one that is always zero where there are no features. */
export function maskColumns(features: readonly string[]): MaskColumn[] {
  return Array.from({ length: Math.max(1, Math.ceil(features.length / BITS)) }, (_, column) => ({
    name: `mask_${column}`,
    bits: features.slice(column * BITS, (column + 1) * BITS).map((_feature, place) => ({
      index: column * BITS + place,
      bit: 2 ** place,
    })),
  }));
}
