import { useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import type { InsightSearch } from '../../../app/filters.ts';
import { KeptViews } from '../../../parts/views/kept-views.tsx';

/** Dashboards and metrics with their time and filters, under a name. */
export function InsightViews({ search }: { readonly search: InsightSearch }) {
  const navigate = useNavigate();
  const { metric } = useParams({ strict: false });
  const dashboard = useRouterState({
    select: ({ location }) => /^\/insights\/([a-z]+)$/.exec(location.pathname)?.[1],
  });
  const said = { ...search, metric, dashboard };
  const kept = Object.entries(said).filter(([, value]) => value !== undefined);
  return (
    <KeptViews
      list="insights"
      search={Object.fromEntries(kept) as Readonly<Record<string, string>>}
      onOpen={({ metric: name, dashboard: plan, ...wanted }) => {
        if (name !== undefined) {
          const params = { metric: name };
          void navigate({ to: '/insights/metrics/$metric', params, search: wanted });
        } else if (plan === undefined) {
          void navigate({ to: '/insights', search: wanted });
        } else {
          const params = { dashboard: plan };
          void navigate({ to: '/insights/$dashboard', params, search: wanted });
        }
      }}
    />
  );
}
