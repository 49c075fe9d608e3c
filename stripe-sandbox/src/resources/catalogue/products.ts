import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import {
  boolean,
  emptyable,
  hash,
  list,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  type Params,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { identifierSpec } from '../../catalogue/identifiers.ts';
import { defaultPriceSpecs, newDefaultPrice } from '../../catalogue/price-making.ts';
import { addPrice, getPrice, prices } from '../../catalogue/price.ts';
import {
  dimensionsOf,
  dimensionsSpec,
  featuresSpec,
  shownByProduct,
  taxDetailsOf,
  taxDetailsSpec,
} from '../../catalogue/product-parameters.ts';
import {
  addProduct,
  changeProduct,
  findProduct,
  getProduct,
  makeProduct,
  products,
  renderProduct,
  tellOfProduct,
  type NewProduct,
  type ProductRow,
} from '../../catalogue/product.ts';
import { emit } from '../../events/event.ts';

const createSpecs = paramsOf<Stripe.ProductCreateParams>()({
  active: optional(boolean),
  default_price_data: optional(hash(defaultPriceSpecs)),
  description: emptyable(text(40_000)),
  id: optional(identifierSpec),
  images: optional(list(text(), 8)),
  marketing_features: optional(featuresSpec),
  metadata,
  name: text(),
  package_dimensions: optional(dimensionsSpec),
  shippable: optional(boolean),
  statement_descriptor: optional(text(22)),
  tax_code: optional(text()),
  tax_details: optional(taxDetailsSpec),
  type: optional(oneOf('good', 'service')),
  unit_label: optional(text()),
  url: emptyable(text()),
});

type CreateParams = Params<typeof createSpecs>;

function newProductOf(said: CreateParams): NewProduct {
  const dimensions = said.package_dimensions;
  return {
    name: said.name,
    ...(said.id === undefined ? {} : { id: said.id }),
    isActive: said.active ?? true,
    description: said.description ?? null,
    images: said.images ?? [],
    marketingFeatures: (said.marketing_features ?? []).map(({ name }) => name),
    packageDimensions: dimensions === undefined ? null : dimensionsOf(dimensions),
    isShippable: said.shippable ?? null,
    type: said.type ?? 'service',
    url: said.url ?? null,
    ...shownByProduct(said),
  };
}

function create(tx: Tx, said: CreateParams): ProductRow {
  const data = said.default_price_data;
  if (data === undefined) return addProduct(tx, newProductOf(said));
  const made = makeProduct(tx, newProductOf(said));
  const price = newDefaultPrice(tx, data, made.id);
  const product = tx.put(products, { ...made, defaultPrice: price.id });
  tellOfProduct(tx, product);
  addPrice(tx, price);
  return product;
}

const updateSpecs = paramsOf<Stripe.ProductUpdateParams>()({
  active: optional(boolean),
  default_price: emptyable(text()),
  description: emptyable(text(40_000)),
  images: emptyable(list(text(), 8)),
  marketing_features: emptyable(featuresSpec),
  metadata,
  name: optional(text()),
  package_dimensions: emptyable(dimensionsSpec),
  shippable: optional(boolean),
  statement_descriptor: emptyable(text(22)),
  tax_code: emptyable(text()),
  tax_details: emptyable(taxDetailsSpec),
  unit_label: emptyable(text()),
  url: emptyable(text()),
});

type UpdateParams = Params<typeof updateSpecs>;

/** What was said, or what there is where nothing was. */
function after<T>(said: T | undefined, known: T): T {
  return said === undefined ? known : said;
}

function changed(product: ProductRow, said: UpdateParams): ProductRow {
  const { images, marketing_features: features, package_dimensions: dimensions } = said;
  return {
    ...product,
    isActive: said.active ?? product.isActive,
    name: said.name ?? product.name,
    description: after(said.description, product.description),
    defaultPrice: after(said.default_price, product.defaultPrice),
    images: images === undefined ? product.images : (images ?? []),
    marketingFeatures:
      features === undefined ? product.marketingFeatures : (features ?? []).map(({ name }) => name),
    metadata: mergeMetadata(product.metadata, said.metadata),
    packageDimensions: after(dimensions && dimensionsOf(dimensions), product.packageDimensions),
    isShippable: said.shippable ?? product.isShippable,
    statementDescriptor: after(said.statement_descriptor, product.statementDescriptor),
    taxCode: after(said.tax_code, product.taxCode),
    taxDetails: after(said.tax_details && taxDetailsOf(said.tax_details), product.taxDetails),
    unitLabel: after(said.unit_label, product.unitLabel),
    url: after(said.url, product.url),
  };
}

function update(tx: Tx, id: string, said: UpdateParams): ProductRow {
  const product = getProduct(tx, id);
  if (said.default_price) requireOwnPrice(tx, product, said.default_price);
  return changeProduct(tx, changed(product, said));
}

function requireOwnPrice(tx: Tx, product: ProductRow, id: string): void {
  const param = 'default_price';
  const price = getPrice(tx, id, param);
  if (price.product !== product.id) {
    const message = `The price ${id} belongs to another product than ${product.id}.`;
    throw invalid(message, { param });
  }
  if (price.isActive) return;
  throw invalid(`The price ${id} is inactive, so it cannot be a default price.`, { param });
}

function remove(tx: Tx, id: string): Stripe.DeletedProduct {
  const product = getProduct(tx, id);
  if (tx.by(prices, 'product', id).some((price) => !price.isDeleted)) {
    const message =
      'This product cannot be deleted because it has one or more user-created prices.';
    throw invalid(message);
  }
  const gone = tx.put(products, { ...product, isActive: false, isDeleted: true });
  emit(tx, { type: 'product.deleted', object: renderProduct(gone), now: tx.sandboxNow });
  return { id, object: 'product', deleted: true };
}

const listSpecs = paramsOf<Stripe.ProductListParams>()({
  ...pageSpecs,
  active: optional(boolean),
  created: instantRange,
  ids: optional(list(text())),
  shippable: optional(boolean),
  type: optional(oneOf('good', 'service')),
  url: optional(text()),
});

type ListParams = Params<typeof listSpecs>;

function isWanted(product: ProductRow, said: ListParams): boolean {
  const { active, ids, shippable, type, url } = said;
  if (product.isDeleted || !isWithin(product.created, said.created)) return false;
  if (ids !== undefined && !ids.includes(product.id)) return false;
  return (
    isAsked(active, product.isActive) &&
    isAsked(shippable, product.isShippable) &&
    isAsked(type, product.type) &&
    isAsked(url, product.url)
  );
}

function listProducts(tx: Tx, said: ListParams): ListObject<Stripe.Product> {
  return pageOf(rowsOf(tx, products, findProduct), said, {
    url: all,
    render: renderProduct,
    passes: (product) => isWanted(product, said),
  });
}

const all = '/v1/products';
const one = `${all}/{product}`;

export const productRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderProduct(create(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => listProducts(tx, params)),
  route('GET', one, {}, (tx, { ids }) => renderProduct(getProduct(tx, ids['product']!))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderProduct(update(tx, ids['product']!, params)),
  ),
  route('DELETE', one, {}, (tx, { ids }) => remove(tx, ids['product']!)),
];
