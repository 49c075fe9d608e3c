export { changeAccess, type AccessChange } from './change-access.ts';
export type { CommandContext, CommandDependencies, CommandTarget } from './command.ts';
export { consentToOverage, endGrant, grantPack, type NewGrant, type NewPack } from './grants.ts';
export { boostQuota, endOverride, overridePlan } from './overrides.ts';
export { SubscriptionSchema, subscriptionAnswer } from './profile-routes.ts';
export { recordSubscription } from './recording/record-subscription.ts';
export { EntitlementSchema, entitlementOf, standing, standingOf } from './profile-routes.ts';
export { accessRoutes } from './routes.ts';
export { createAccess, type Access } from './service.ts';
