export { createImports, type HistoryFile } from './imports/service.ts';
export type {
  ImportOptions,
  ImportReport,
  RefusedLine,
  TableLine,
} from './imports/lines/take-lines.ts';
export { attributeField, isAttributeName, MOST_ATTRIBUTES } from './imports/lines/attributes.ts';
export { historyFields, type HistoryField, type HistoryFormat } from './imports/history-line.ts';
export { readPendingRevenue } from './ledger/store-backlog.ts';
export { analyticsRoutes } from './routes.ts';
export { followHistories } from './ledger/consumer.ts';
export { retiredBooksJob } from './ledger/retired/job.ts';
export { createRevenueLedger, type RevenueLedger } from './ledger/service.ts';
export { minorUnitsOf } from './fold/parts.ts';
export { createInsight, type Insight } from './views/insight.ts';
export { toldEffect } from './live/told-effect.ts';
export { inputKinds } from './inputs/kinds.ts';
export type { InputKind } from './inputs/kind.ts';
export { createInputs } from './inputs/service.ts';
export { inputsRoutes } from './inputs/routes.ts';
export { createSurveyLinks } from './inputs/surveys/links.ts';
export { surveyLinkRoutes, surveyPages } from './inputs/surveys/link-routes.ts';
export { createUsageFold } from './usage/fold/fold.ts';
export { followUse } from './usage/fold/follow-use.ts';
export { pressureJob } from './usage/pressure/job.ts';
export { trafficJob } from './usage/traffic/job.ts';
export { createTraffic, type Traffic } from './usage/traffic/traffic.ts';
