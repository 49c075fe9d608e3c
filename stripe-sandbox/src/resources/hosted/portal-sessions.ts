import { route, type Route } from '../../http/routes.ts';
import { createSpecs } from '../../pages/portal/session-params.ts';
import { createPortalSession, renderPortalSession } from '../../pages/portal/sessions.ts';

export const portalSessionRoutes: readonly Route[] = [
  route('POST', '/v1/billing_portal/sessions', createSpecs, (tx, { params }) =>
    renderPortalSession(tx, createPortalSession(tx, params)),
  ),
];
