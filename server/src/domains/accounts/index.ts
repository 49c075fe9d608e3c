export { USER_UNKNOWN } from './errors.ts';
export { accountsRoutes, UserAnswer, userAnswer } from './routes.ts';
export { createAccounts, type Accounts } from './service.ts';
export {
  addAnchor,
  bumpAccessVersion,
  dropAnchorsAfter,
  findAccount,
  loadAnchors,
  lockAccount,
  projectSubscription,
} from './store.ts';
export type { Account, User, UserDetails } from './user.ts';
