import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { definitionsQuery, type MetricDefinition } from '../../api/metrics/figures.ts';
import { NotFound } from '../../parts/not-found.tsx';
import { Empty, Failed, Loading } from '../../parts/states.tsx';
import { InsightsPage } from './insights-page.tsx';
import { AnnotationsPanel } from './panels/annotations-panel.tsx';
import { BreakdownPanel } from './panels/breakdown-panel.tsx';
import { CohortPanel } from './panels/cohort-panel.tsx';
import { Controls } from './controls/controls.tsx';
import { DASHBOARDS, type DashboardPlan } from './parts/dashboards.ts';
import { OutdatedPricesCard } from './parts/outdated-prices.tsx';
import { StampOf } from './parts/stamp.tsx';
import { FunnelPanel } from './panels/funnel-panel.tsx';
import { MetricPanel } from './panels/metric-panel.tsx';
import { MovementPanel } from './panels/movement-panel.tsx';

const route = getRouteApi('/inside/insights/$dashboard');

/** The metrics of one part of the business. */
export function Dashboard() {
  const { dashboard } = route.useParams();
  const { data: definitions, error, refetch } = useQuery(definitionsQuery);
  const plan = DASHBOARDS.find(({ name }) => name === dashboard);
  if (plan === undefined) return <NotFound />;
  return (
    <InsightsPage title={plan.title}>
      <Controls />
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {definitions === undefined && error === null && <Loading rows={3} heightPx={180} />}
      {definitions !== undefined && <Panels key={dashboard} plan={plan} of={definitions} />}
    </InsightsPage>
  );
}

/** What is shown in a way of its own, and not as a line. */
const APART = ['movements', 'customer_retention', 'revenue_retention'];

function Panels(props: { readonly plan: DashboardPlan; readonly of: readonly MetricDefinition[] }) {
  const { plan, of: definitions } = props;
  const own = definitions.filter(
    ({ area, name }) => plan.areas.includes(area) && !APART.includes(name),
  );
  if (own.length === 0) {
    return (
      <Empty title="Nothing is measured here yet">
        <span>Metrics appear here as soon as the server knows them.</span>
      </Empty>
    );
  }
  return (
    <div className="stack">
      {plan.name === 'revenue' && <MovementPanel />}
      {plan.name === 'retention' && <CohortPanel definitions={definitions} />}
      {plan.name === 'costs' && <OutdatedPricesCard />}
      {plan.name === 'growth' && <FunnelPanel definitions={definitions} />}
      <AnnotationsPanel of={own[0]!} />
      <div className="panels">
        {own.map((definition) => (
          <MetricPanel key={definition.name} definition={definition} />
        ))}
      </div>
      <div className="panels">
        {plan.apart.flatMap(({ metric, by }) => {
          const definition = definitions.find(({ name }) => name === metric);
          if (definition === undefined || !definition.dimensions.includes(by)) return [];
          return <BreakdownPanel key={metric + by} definition={definition} dimension={by} />;
        })}
      </div>
      <StampOf definition={own[0]!} />
    </div>
  );
}
