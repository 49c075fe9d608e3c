import { isAsked, pageOf, rowsOf } from '../../http/lists.ts';
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
    return pageOf(rowsOf(tx, configurations, getConfiguration), params, {
      url: all,
      render: (row) => renderConfiguration(row),
      passes: (row) => isAsked(active, row.active) && isAsked(isDefault, row.isDefault),
    });
  }),
  route('GET', one, {}, (tx, { ids }) =>
    renderConfiguration(getConfiguration(tx, ids['configuration']!)),
  ),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderConfiguration(updateConfiguration(tx, ids['configuration']!, params)),
  ),
];
