import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../parts/page.tsx';

const VIEWS = [
  { to: '/plans', name: 'Plans' },
  { to: '/plans/features', name: 'Features' },
  { to: '/plans/migrations', name: 'Migrations' },
] as const;

/** One of the views of what is sold, with the way to the others. */
export function PlansPage(props: {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly deeds?: ReactNode;
  readonly children: ReactNode;
}) {
  const { pathname } = useLocation();
  const isAt = (to: string): boolean =>
    to === '/plans' ? !isOfAnother(pathname) : pathname.startsWith(to);
  return (
    <Page title={props.title} beside={props.beside} deeds={props.deeds}>
      <nav className="views" aria-label="Plans">
        {VIEWS.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: true, includeSearch: false }}
            aria-current={isAt(to) ? 'page' : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      {props.children}
    </Page>
  );
}

/** A plan and its draft belong to the plans. */
function isOfAnother(path: string): boolean {
  return VIEWS.some(({ to }) => to !== '/plans' && path.startsWith(to));
}
