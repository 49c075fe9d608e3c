export { accountsRoutes, UserAnswer, userAnswer } from './routes.ts';
export { accountsJobs } from './jobs.ts';
export { quotaPeriodAt, quotaPeriodsWithin } from './quota-period.ts';
export { createAccounts, type Accounts } from './service.ts';
export {
  bumpAccessVersion,
  loadAnchors,
  lockAccount,
  projectSubscription,
  replaceAnchorsAfter,
} from './store.ts';
export type { Account, User, UserDetails } from './user.ts';
