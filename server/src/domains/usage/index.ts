export type { ReserveAnswer, TrackAnswer, TrackOperation } from './batch/operations.ts';
export type { FactSources } from './batch/prepare.ts';
export { NONCE_LENGTH } from './reservation-id.ts';
export { countedKeys, findCounted, findFeature, requireCounted } from './features.ts';
export { usageJobs } from './jobs.ts';
export { createLookup, type AccessState, type Lookup } from './lookup.ts';
export { usageRoutes } from './routes.ts';
export { BalanceSchema, quantityOf, TtlSeconds } from './schemas.ts';
export { createUsage, type Usage } from './service.ts';
export {
  findExceededPeriods,
  findOpenPeriods,
  sumBookedLate,
  type ExceededPeriod,
} from './store/closed.ts';
