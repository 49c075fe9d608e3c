import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { inside } from './inside.ts';
import { only } from './search-params.ts';

const health = createRoute({
  getParentRoute: () => inside,
  path: '/operations',
  component: lazyRouteComponent(() => import('../areas/operations/health.tsx'), 'Health'),
});
const webhooks = createRoute({
  getParentRoute: () => inside,
  path: '/operations/webhooks',
  validateSearch: only('state', 'customer', 'event'),
  component: lazyRouteComponent(() => import('../areas/operations/webhooks.tsx'), 'Webhooks'),
});
const outbox = createRoute({
  getParentRoute: () => inside,
  path: '/operations/outbox',
  validateSearch: only('state', 'topic', 'event'),
  component: lazyRouteComponent(() => import('../areas/operations/outbox.tsx'), 'Outbox'),
});
const jobs = createRoute({
  getParentRoute: () => inside,
  path: '/operations/jobs',
  component: lazyRouteComponent(() => import('../areas/operations/jobs.tsx'), 'Jobs'),
});
const mails = createRoute({
  getParentRoute: () => inside,
  path: '/operations/mails',
  validateSearch: only('state', 'mail'),
  component: lazyRouteComponent(() => import('../areas/operations/mails.tsx'), 'Mails'),
});
const mailTemplates = createRoute({
  getParentRoute: () => inside,
  path: '/operations/mail-templates',
  validateSearch: only('template', 'as'),
  component: lazyRouteComponent(
    () => import('../areas/operations/mail-templates.tsx'),
    'MailTemplates',
  ),
});
const reconciliations = createRoute({
  getParentRoute: () => inside,
  path: '/operations/reconciliations',
  validateSearch: only('reconciliation'),
  component: lazyRouteComponent(
    () => import('../areas/operations/reconciliations.tsx'),
    'Reconciliations',
  ),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: '/operations/settings',
  component: lazyRouteComponent(() => import('../areas/operations/settings.tsx'), 'Settings'),
});
const keys = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('../areas/settings/keys.tsx'), 'Keys'),
});
/** The views of those who run the system. */
export const OPERATIONS_ROUTES = [
  health,
  webhooks,
  outbox,
  jobs,
  mails,
  mailTemplates,
  reconciliations,
  settings,
  keys,
] as const;
