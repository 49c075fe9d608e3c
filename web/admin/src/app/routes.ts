import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { BULK_ROUTES } from './bulk-routes.ts';
import { AUDIT_FILTERS, USER_FILTERS } from './filters.ts';
import { inside, root } from './inside.ts';
import { INSIGHT_ROUTES } from './insight-routes.ts';
import { OPERATIONS_ROUTES } from './operations-routes.ts';
import { PLANS_ROUTES } from './plans-routes.ts';
import { PRICING_ROUTES } from './pricing-routes.ts';
import { only } from './search-params.ts';

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: only('return', 'error', 'step'),
  component: lazyRouteComponent(() => import('../areas/sign-in/sign-in.tsx'), 'SignIn'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations',
  component: lazyRouteComponent(() => import('../areas/sign-in/invitation.tsx'), 'Invitation'),
});

const forgotten = createRoute({
  getParentRoute: () => root,
  path: '/password-resets',
  component: lazyRouteComponent(() => import('../areas/sign-in/forgotten.tsx'), 'Forgotten'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/password-resets/new',
  component: lazyRouteComponent(() => import('../areas/sign-in/reset.tsx'), 'Reset'),
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad() {
    redirect({ to: '/users', search: {}, throw: true });
  },
});

const users = createRoute({
  getParentRoute: () => inside,
  path: '/users',
  validateSearch: only(...USER_FILTERS, 'columns'),
  component: lazyRouteComponent(() => import('../areas/users/users.tsx'), 'Users'),
});

const user = createRoute({
  getParentRoute: () => inside,
  path: '/users/$user',
  validateSearch: only('kinds', 'deed', 'of'),
  component: lazyRouteComponent(() => import('../areas/profile/profile.tsx'), 'Profile'),
});

const accountPage = createRoute({
  getParentRoute: () => inside,
  path: '/users/$user/account-page',
  validateSearch: only('as'),
  component: lazyRouteComponent(() => import('../areas/profile/account-page.tsx'), 'AccountPage'),
});

const audit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  validateSearch: only(...AUDIT_FILTERS, 'entry'),
  component: lazyRouteComponent(() => import('../areas/audit/audit.tsx'), 'Audit'),
});

const staff = createRoute({
  getParentRoute: () => inside,
  path: '/staff',
  component: lazyRouteComponent(() => import('../areas/staff/members.tsx'), 'Members'),
});

const roles = createRoute({
  getParentRoute: () => inside,
  path: '/staff/roles',
  component: lazyRouteComponent(() => import('../areas/staff/roles.tsx'), 'Roles'),
});

const me = createRoute({
  getParentRoute: () => inside,
  path: '/me',
  component: lazyRouteComponent(() => import('../areas/me/security.tsx'), 'Security'),
});

export const routeTree = root.addChildren([
  signIn,
  invitation,
  forgotten,
  reset,
  inside.addChildren([
    home,
    users,
    user,
    ...BULK_ROUTES,
    accountPage,
    ...INSIGHT_ROUTES,
    ...PLANS_ROUTES,
    ...PRICING_ROUTES,
    ...OPERATIONS_ROUTES,
    audit,
    staff,
    roles,
    me,
  ]),
]);
