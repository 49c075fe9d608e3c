export type { Actor, AuditEntry } from './entry.ts';
export { appendAudit } from './store.ts';
