export { operationsRoutes, type OperationsRoutesOptions } from './routes.ts';
export type { DemoCompany } from './demo.ts';
export type { HealthSources } from './health.ts';
export type { Setting } from './settings.ts';
