import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../parts/page.tsx';
import { useLiveFigures } from './live/use-live-figures.ts';
import { DASHBOARDS } from './parts/dashboards.ts';
import { useInsightSearch } from './controls/use-asked.ts';

/** One of the views of figures, with the way to the others; what is filtered stays so. */
export function InsightsPage(props: {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly deeds?: ReactNode;
  readonly children: ReactNode;
}) {
  const search = useInsightSearch();
  useLiveFigures();
  return (
    <Page title={props.title} beside={props.beside} deeds={props.deeds}>
      <nav className="views" aria-label="Insights">
        <Link to="/insights" search={search} activeOptions={EXACT}>
          Overview
        </Link>
        {DASHBOARDS.map(({ name, title }) => (
          <Link
            key={name}
            to="/insights/$dashboard"
            params={{ dashboard: name }}
            search={search}
            activeOptions={EXACT}
          >
            {title}
          </Link>
        ))}
        <Link to="/insights/metrics" search={search} activeOptions={EXACT}>
          All metrics
        </Link>
        <Link to="/insights/annotations" search={{}} activeOptions={EXACT}>
          Annotations
        </Link>
      </nav>
      {props.children}
    </Page>
  );
}

const EXACT = { exact: true, includeSearch: false };
