export type { Authenticator } from './gate/authentication.ts';
export type { ReadinessCheck } from './health.ts';
export { createMetrics, type GaugeSource, type Metrics } from './metrics.ts';
export { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts';
