import type { Fraction } from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../../platform/database.ts';
import type { Span } from '../bridge.ts';
import type { Column, Metric, MetricDefinition, Unit } from '../registry/metric.ts';
import { dimensions } from '../store.ts';
import { BRIDGE, BRIDGE_IDENTITY, bridgeValues, type BridgeColumn } from './columns.ts';
import { loadBridges } from './load-bridge.ts';
import { bridgeRows } from './rows.ts';
import type { Summand } from './summands.ts';

type Told = 'name' | 'title' | 'area' | 'summary' | 'formula' | 'identity';

/** A metric that is reckoned from the bridge of each span alone. */
export interface BridgeMetric extends Pick<MetricDefinition, Told> {
  readonly unit: Unit;
  readonly value: (span: Span) => Fraction | null;
  /** What the value is made of alone, where the values of accounts add up to the value of all. */
  readonly adds?: Summand;
  /** What the value is reckoned from, as it is shown beside it. */
  readonly from: readonly BridgeColumn[];
  readonly opens: BridgeColumn | 'value';
  readonly profileNotes?: MetricDefinition['profileNotes'];
}

const GRANULARITIES = ['day', 'week', 'month'] as const;

export function bridgeMetric(executor: Executor, metric: BridgeMetric): Metric {
  const { unit, value, from, adds, ...told } = metric;
  const own: Column = { name: 'value', title: metric.title, unit, adds: adds !== undefined };
  const valuesOf = (span: Span) => ({ ...bridgeValues(span), value: value(span) });
  return {
    profileNotes: {},
    identity: BRIDGE_IDENTITY,
    dimensions,
    takesAttributes: true,
    granularities: GRANULARITIES,
    ...told,
    columns: [own, ...from.map((name) => BRIDGE[name])],
    async load(question) {
      const groups = await loadBridges(executor, question);
      return groups.map(({ key, spans }) => ({
        key,
        points: spans.map((span) => ({
          values: valuesOf(span),
          carried: span.carried,
          missing: span.missing,
        })),
      }));
    },
    rows: bridgeRows(executor, valuesOf, adds),
  };
}
