import { listOf } from '../../http/lists.ts';
import { route, type Route } from '../../http/routes.ts';
import { createSpecs, listSpecs, updateSpecs } from '../../pages/portal/configuration-params.ts';
import {
  configurations,
  createConfiguration,
  getConfiguration,
  renderConfiguration,
  updateConfiguration,
} from '../../pages/portal/configurations.ts';

const all = '/v1/billing_portal/configurations';
const one = `${all}/{configuration}`;

export const portalConfigurationRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) =>
    renderConfiguration(createConfiguration(tx, params)),
  ),
  route('GET', all, listSpecs, (tx, { params }) => {
    const { active, is_default: isDefault } = params;
    const rows = tx
      .all(configurations)
      .filter((row) => active === undefined || row.active === active)
      .filter((row) => isDefault === undefined || row.isDefault === isDefault);
    return listOf(rows, params, { url: all, render: (row) => renderConfiguration(row) });
  }),
  route('GET', one, {}, (tx, { ids }) =>
    renderConfiguration(getConfiguration(tx, ids['configuration']!)),
  ),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderConfiguration(updateConfiguration(tx, ids['configuration']!, params)),
  ),
];
