import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { invalid, missing } from '../http/errors.ts';
import { emit } from '../events/event.ts';

export interface ProductRow {
  readonly id: string;
  readonly created: number;
  readonly updated: number;
  readonly isDeleted: boolean;
  readonly isActive: boolean;
  readonly name: string;
  readonly description: string | null;
  readonly defaultPrice: string | null;
  readonly images: readonly string[];
  readonly marketingFeatures: readonly string[];
  readonly metadata: Record<string, string>;
  readonly packageDimensions: Stripe.Product.PackageDimensions | null;
  readonly isShippable: boolean | null;
  readonly statementDescriptor: string | null;
  readonly taxCode: string | null;
  readonly taxDetails: Stripe.Product.TaxDetails | null;
  readonly type: 'good' | 'service';
  readonly unitLabel: string | null;
  readonly url: string | null;
}

export const products = collection<ProductRow>('products');

/** The product, which may be deleted: prices and invoices go on naming it. */
export function findProduct(tx: Tx, id: string, param?: string): ProductRow {
  const product = tx.find(products, id);
  if (product === undefined) throw missing('product', id, param);
  return product;
}

/** A product that there is; Stripe answers a deleted one as if it had never been. */
export function getProduct(tx: Tx, id: string, param?: string): ProductRow {
  const product = findProduct(tx, id, param);
  if (product.isDeleted) throw missing('product', id, param);
  return product;
}

export function renderProduct(product: ProductRow): Stripe.Product {
  return {
    id: product.id,
    object: 'product',
    active: product.isActive,
    created: product.created,
    default_price: product.defaultPrice,
    description: product.description,
    images: [...product.images],
    livemode: false,
    marketing_features: product.marketingFeatures.map((name) => ({ name })),
    metadata: product.metadata,
    name: product.name,
    package_dimensions: product.packageDimensions,
    shippable: product.isShippable,
    statement_descriptor: product.statementDescriptor,
    tax_code: product.taxCode,
    tax_details: product.taxDetails,
    type: product.type,
    unit_label: product.unitLabel,
    updated: product.updated,
    url: product.url,
  };
}

/** What stands in the place of a product's id where it is expanded. */
export function renderProductOrDeleted(
  product: ProductRow,
): Stripe.Product | Stripe.DeletedProduct {
  const { id, isDeleted } = product;
  return isDeleted ? { id, object: 'product', deleted: true } : renderProduct(product);
}

/** What a product can be made with from wherever it is made. */
export type NewProduct = Pick<ProductRow, 'name'> &
  Partial<Omit<ProductRow, 'created' | 'updated' | 'isDeleted' | 'defaultPrice'>>;

/** Makes a product without telling of it, as its default price may still have to be made. */
export function makeProduct(tx: Tx, said: NewProduct): ProductRow {
  const taken = said.id === undefined ? undefined : tx.find(products, said.id);
  if (taken !== undefined && !taken.isDeleted) {
    throw invalid('Product already exists.', { code: 'resource_already_exists' });
  }
  // Taken away first, so that lists have it where it is made anew.
  if (taken !== undefined) tx.remove(products, taken.id);
  const now = tx.sandboxNow;
  return tx.put(products, {
    isActive: true,
    description: null,
    images: [],
    marketingFeatures: [],
    metadata: {},
    packageDimensions: null,
    isShippable: null,
    statementDescriptor: null,
    taxCode: null,
    taxDetails: null,
    type: 'service',
    unitLabel: null,
    url: null,
    ...said,
    id: said.id ?? tx.newId('prod', 14),
    created: now,
    updated: now,
    isDeleted: false,
    defaultPrice: null,
  });
}

export function tellOfProduct(tx: Tx, product: ProductRow): void {
  emit(tx, { type: 'product.created', object: renderProduct(product), now: tx.sandboxNow });
}

export function addProduct(tx: Tx, said: NewProduct): ProductRow {
  const product = makeProduct(tx, said);
  tellOfProduct(tx, product);
  return product;
}

/** Puts a product in the place of what it was, and tells so where anything shows. */
export function changeProduct(tx: Tx, product: ProductRow): ProductRow {
  const known = getProduct(tx, product.id);
  const before = renderProduct(known);
  if (JSON.stringify(before) === JSON.stringify(renderProduct(product))) return known;
  const changed = tx.put(products, { ...product, updated: tx.sandboxNow });
  const object = renderProduct(changed);
  emit(tx, { type: 'product.updated', object, before, now: tx.sandboxNow });
  return changed;
}
