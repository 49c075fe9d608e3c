import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { mergeMetadata } from '../../http/params.ts';
import { emit } from '../../events/event.ts';
import type { ConfigurationParams } from './configuration-params.ts';
import { changedFeatures, FIRST_FEATURES, USUAL_FEATURES, type Features } from './features.ts';

export interface ConfigurationRow {
  readonly id: string;
  readonly created: number;
  readonly updated: number;
  readonly active: boolean;
  /** Whether it is the one of sessions that name none. */
  readonly isDefault: boolean;
  readonly businessProfile: Stripe.BillingPortal.Configuration.BusinessProfile;
  readonly defaultReturnUrl: string | null;
  readonly features: Features;
  readonly metadata: Readonly<Record<string, string>>;
  readonly name: string | null;
}

export const configurations = collection<ConfigurationRow>('portal_configurations');

export function getConfiguration(tx: Tx, id: string, param?: string): ConfigurationRow {
  const configuration = tx.find(configurations, id);
  if (configuration === undefined) throw missing('configuration', id, param);
  return configuration;
}

export function renderConfiguration(row: ConfigurationRow): Stripe.BillingPortal.Configuration {
  return {
    id: row.id,
    object: 'billing_portal.configuration',
    active: row.active,
    application: null,
    business_profile: row.businessProfile,
    created: row.created,
    default_return_url: row.defaultReturnUrl,
    features: row.features,
    is_default: row.isDefault,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: { ...row.metadata },
    name: row.name,
    updated: row.updated,
  };
}

const EMPTY: Omit<ConfigurationRow, 'id' | 'created' | 'updated'> = {
  active: true,
  isDefault: false,
  businessProfile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
  defaultReturnUrl: null,
  features: FIRST_FEATURES,
  metadata: {},
  name: null,
};

function changed(tx: Tx, row: ConfigurationRow, said: ConfigurationParams): ConfigurationRow {
  const { businessProfile: known } = row;
  const profile = said.business_profile;
  return {
    ...row,
    active: said.active ?? row.active,
    businessProfile: {
      headline: profile?.headline === undefined ? known.headline : profile.headline,
      privacy_policy_url:
        profile?.privacy_policy_url === undefined
          ? known.privacy_policy_url
          : profile.privacy_policy_url,
      terms_of_service_url:
        profile?.terms_of_service_url === undefined
          ? known.terms_of_service_url
          : profile.terms_of_service_url,
    },
    defaultReturnUrl:
      said.default_return_url === undefined ? row.defaultReturnUrl : said.default_return_url,
    features: changedFeatures(tx, row.features, said.features ?? {}),
    metadata: mergeMetadata(row.metadata, said.metadata),
    name: said.name === undefined ? row.name : said.name,
  };
}

function create(tx: Tx, from: typeof EMPTY, said: ConfigurationParams): ConfigurationRow {
  const now = tx.sandboxNow;
  const fresh = { ...from, id: tx.newId('bpc'), created: now, updated: now };
  const row = tx.put(configurations, changed(tx, fresh, said));
  const object = renderConfiguration(row);
  emit(tx, { type: 'billing_portal.configuration.created', object, now });
  return row;
}

export function createConfiguration(tx: Tx, said: ConfigurationParams): ConfigurationRow {
  return create(tx, EMPTY, said);
}

export function updateConfiguration(
  tx: Tx,
  id: string,
  said: ConfigurationParams,
): ConfigurationRow {
  const row = getConfiguration(tx, id);
  if (row.isDefault && said.active === false) {
    throw invalid('You cannot deactivate the default configuration.', { param: 'active' });
  }
  const before = renderConfiguration(row);
  const now = tx.sandboxNow;
  const updated = tx.put(configurations, { ...changed(tx, row, said), updated: now });
  const object = renderConfiguration(updated);
  emit(tx, { type: 'billing_portal.configuration.updated', object, before, now });
  return updated;
}

/**
 * The configuration of sessions that name none. Stripe has it once somebody has saved the settings
 * in its dashboard; there is none here, so the first who needs it makes it.
 */
export function defaultConfiguration(tx: Tx): ConfigurationRow {
  const known = tx.all(configurations).find((row) => row.isDefault);
  if (known !== undefined) return known;
  return create(tx, { ...EMPTY, isDefault: true, features: USUAL_FEATURES }, {});
}
