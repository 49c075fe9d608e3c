export { createOrigins, type Origins } from './sessions/origins.ts';
export { sessionsRawRoutes, sessionsRoutes } from './sessions/routes.ts';
export { accountsRoutes, UserAnswer, userAnswer } from './routes.ts';
export { accountsJobs } from './jobs.ts';
export { quotaPeriodAt, quotaPeriodsWithin } from './quota-period.ts';
export {
  createSessions,
  type AccountLink,
  type OpenedSession,
  type Sessions,
} from './sessions/sessions.ts';
export { refuseStale } from './changes/decide-version.ts';
export { findRevision } from './changes/store-revision.ts';
export { renameUser, type RenameContext, type Renamed } from './changes/rename.ts';
export { createAccounts, type Accounts } from './service.ts';
export { findContact, findContacts, type Contact } from './store-contacts.ts';
export { bumpAccessVersion, findAccount, lockAccount, projectSubscription } from './store.ts';
export type { Account, User, UserDetails } from './user.ts';
export {
  findAccountOfCustomer,
  findCustomerOfAccount,
  forgetStripeCustomer,
  listCustomers,
  noteStripeCustomer,
  setCurrency,
  type AccountOfCustomer,
} from './store-customers.ts';
export { loadAnchors, replaceAnchorsAfter } from './store-anchors.ts';
