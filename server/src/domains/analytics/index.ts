export { createImports, type HistoryFile, type ImportReport } from './imports/service.ts';
export type { TableLine } from './imports/service.ts';
export { historyFields, type HistoryField, type HistoryFormat } from './imports/history-line.ts';
export type { RefusedLine } from './imports/decide-lines.ts';
export { readPendingRevenue } from './ledger/store-backlog.ts';
export { analyticsRoutes } from './routes.ts';
export { followHistories } from './ledger/consumer.ts';
export { createRevenueLedger, type RevenueLedger } from './ledger/service.ts';
export { minorUnitsOf } from './fold/parts.ts';
