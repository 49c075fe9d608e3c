import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What one route is timed with; labels come from the route, never from what was sent. */
export interface RouteTimer {
  /** Of whoever asked, the secret key is told. */
  observe(status: number, durationMs: number, keyId?: number): void;
}

export interface Metrics {
  readonly registry: Registry;
  readonly timer: (method: string, path: string) => RouteTimer;
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface MetricsOptions {
  /** How many requests wait for a connection to the database right now. */
  readonly databaseWaits?: () => number;
  readonly gauges?: GaugeSource;
  /** Is told of each request, for what is kept of them. */
  readonly measure?: (measured: Measured) => void;
}

/** One request, as it was answered. */
export interface Measured {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly keyId: number | undefined;
}

/** Figures that are read together when they are asked for. */
export interface GaugeSource {
  /** What each of them says, by its name. */
  readonly gauges: Readonly<Record<string, string>>;
  read(): Promise<Readonly<Record<string, number>>>;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the request line to the answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  const { databaseWaits, gauges, measure } = options;
  if (databaseWaits !== undefined) addDatabaseWaits(registry, databaseWaits);
  if (gauges !== undefined) addGauges(registry, gauges);
  return {
    registry,
    timer: (method, path) => createTimer({ durations, measure }, method, path),
  };
}

function addDatabaseWaits(registry: Registry, databaseWaits: () => number): void {
  const gauge: Gauge = new Gauge({
    name: 'database_pool_waiting_requests',
    help: 'Requests that wait for a connection to the database.',
    registers: [registry],
    collect: () => gauge.set(databaseWaits()),
  });
}

/** All of them by one reading; where nothing can be read, they say that they are no number. */
function addGauges(registry: Registry, source: GaugeSource): void {
  let reading: Promise<Readonly<Record<string, number>>> | undefined;
  const read = (): Promise<Readonly<Record<string, number>>> => {
    reading ??= source
      .read()
      .catch(() => ({}))
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  for (const [name, help] of Object.entries(source.gauges)) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        gauge.set((await read())[name] ?? Number.NaN);
      },
    });
  }
}

function createTimer(
  {
    durations,
    measure,
  }: {
    readonly durations: Histogram<'method' | 'route' | 'status'>;
    readonly measure: MetricsOptions['measure'];
  },
  method: string,
  path: string,
): RouteTimer {
  const byStatus = new Map<number, Histogram.Internal<'method' | 'route' | 'status'>>();
  return {
    observe(status, durationMs, keyId) {
      let series = byStatus.get(status);
      if (series === undefined) {
        series = durations.labels(method, path, String(status));
        byStatus.set(status, series);
      }
      series.observe(durationMs / 1_000);
      measure?.({ method, route: path, status, durationMs, keyId });
    },
  };
}
