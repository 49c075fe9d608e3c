import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../parts/page.tsx';

const VIEWS = [
  { to: '/operations', name: 'Health' },
  { to: '/operations/webhooks', name: 'Webhooks' },
  { to: '/operations/outbox', name: 'Outbox' },
  { to: '/operations/jobs', name: 'Jobs' },
  { to: '/operations/mails', name: 'Mails' },
  { to: '/operations/mail-templates', name: 'Templates' },
  { to: '/operations/reconciliations', name: 'Reconciliation' },
  { to: '/operations/settings', name: 'Settings' },
] as const;

/** One of the views of operations, with the way to the others. */
export function OperationsPage(props: {
  readonly title: string;
  readonly deeds?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Page title={props.title} deeds={props.deeds}>
      <nav className="views" aria-label="Operations">
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
