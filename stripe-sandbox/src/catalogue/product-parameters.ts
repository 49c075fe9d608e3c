import type Stripe from 'stripe';
import {
  boolean,
  decimal,
  emptyable,
  hash,
  list,
  mergeMetadata,
  metadata,
  optional,
  text,
  unsupported,
  type MetadataChange,
  type Params,
} from '../http/params.ts';
import { identifierSpec } from './identifiers.ts';
import type { NewProduct, ProductRow } from './product.ts';

const dimension = decimal(2);

export const dimensionsSpec = hash({
  height: dimension,
  length: dimension,
  weight: dimension,
  width: dimension,
});

/** They are inches and ounces, not amounts: numbers do. */
export function dimensionsOf(
  said: ReturnType<typeof dimensionsSpec.read>,
): Stripe.Product.PackageDimensions {
  return {
    height: Number(said.height),
    length: Number(said.length),
    weight: Number(said.weight),
    width: Number(said.width),
  };
}

export const featuresSpec = list(hash({ name: text(80) }), 15);

export const taxDetailsSpec = hash({
  performance_location: unsupported,
  tax_code: emptyable(text()),
});

type TaxDetailsParams = ReturnType<typeof taxDetailsSpec.read>;

export function taxDetailsOf(said: TaxDetailsParams): Stripe.Product.TaxDetails {
  return { performance_location: null, tax_code: said.tax_code ?? null };
}

/** Where a product is made on the way to a price or a plan. */
const inlineSpecs = {
  active: optional(boolean),
  id: optional(identifierSpec),
  metadata,
  name: text(),
  statement_descriptor: optional(text(22)),
  tax_code: optional(text()),
  tax_details: optional(taxDetailsSpec),
  unit_label: optional(text()),
} as const;

export const productDataSpec = hash(inlineSpecs);

export function newProductOf(said: Params<typeof inlineSpecs>): NewProduct {
  return {
    name: said.name,
    isActive: said.active ?? true,
    ...(said.id === undefined ? {} : { id: said.id }),
    ...shownByProduct(said),
  };
}

/** What products take wherever they are made, and what it makes of them. */
interface ShownParams {
  readonly metadata: MetadataChange;
  readonly statement_descriptor?: string | undefined;
  readonly tax_code?: string | null | undefined;
  readonly tax_details?: TaxDetailsParams | undefined;
  readonly unit_label?: string | undefined;
}

type Shown = Pick<
  ProductRow,
  'metadata' | 'statementDescriptor' | 'taxCode' | 'taxDetails' | 'unitLabel'
>;

export function shownByProduct(said: ShownParams): Shown {
  return {
    metadata: mergeMetadata({}, said.metadata),
    statementDescriptor: said.statement_descriptor ?? null,
    taxCode: said.tax_code ?? null,
    taxDetails: said.tax_details === undefined ? null : taxDetailsOf(said.tax_details),
    unitLabel: said.unit_label ?? null,
  };
}
