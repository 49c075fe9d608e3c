import { useQuery } from '@tanstack/react-query';
import { definitionsQuery } from '../../api/metrics/figures.ts';
import { Failed, Loading } from '../../parts/states.tsx';
import { InsightsPage } from './insights-page.tsx';
import { LiveFeed } from './live/live-feed.tsx';
import { Controls } from './controls/controls.tsx';
import { AnnotationsPanel } from './panels/annotations-panel.tsx';
import { MetricPanel } from './panels/metric-panel.tsx';
import { MovementPanel } from './panels/movement-panel.tsx';
import { StampOf } from './parts/stamp.tsx';
import { Tiles } from './panels/tiles.tsx';

/** What is looked at every day, in one place. */
const FIRST = ['mrr', 'customers', 'arpa', 'customer_churn', 'net_mrr_churn', 'quick_ratio'];

export function Overview() {
  const { data: definitions, error, refetch } = useQuery(definitionsQuery);
  const named = (name: string) => definitions?.find((each) => each.name === name);
  const mrr = named('mrr');
  return (
    <InsightsPage title="Insights">
      <Controls />
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {definitions === undefined && error === null && <Loading rows={3} heightPx={120} />}
      {definitions !== undefined && (
        <div className="stack">
          <Tiles of={FIRST.flatMap((name) => named(name) ?? [])} />
          {mrr !== undefined && <StampOf definition={mrr} />}
          <div className="insights">
            <div className="stack">
              <MovementPanel />
              {mrr !== undefined && <MetricPanel definition={mrr} heightPx={220} />}
              {mrr !== undefined && <AnnotationsPanel of={mrr} />}
            </div>
            <LiveFeed />
          </div>
        </div>
      )}
    </InsightsPage>
  );
}
