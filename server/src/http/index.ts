export type { Authenticator } from './authentication.ts';
export type { ReadinessCheck } from './health.ts';
export { createMetrics, type GaugeSource, type Metrics } from './metrics.ts';
export { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts';
