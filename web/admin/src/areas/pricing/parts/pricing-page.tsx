import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../../parts/page.tsx';

const VIEWS = [
  { to: '/pricing', name: 'Rules' },
  { to: '/pricing/codes', name: 'Promotion codes' },
  { to: '/pricing/agreed', name: 'Agreed prices' },
  { to: '/pricing/tester', name: 'Tester' },
] as const;

/** One of the views of how prices come about, with the way to the others. */
export function PricingPage(props: {
  readonly title: string;
  readonly deeds?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Page title={props.title} deeds={props.deeds}>
      <nav className="views" aria-label="Pricing">
        {VIEWS.map(({ to, name }) => (
          <Link key={to} to={to} activeOptions={{ exact: true, includeSearch: false }}>
            {name}
          </Link>
        ))}
      </nav>
      {props.children}
    </Page>
  );
}
