import { ViewsPage, type ViewsPageProps } from '../../parts/views/views-page.tsx';

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

/** One of the views of operations. */
export function OperationsPage(props: ViewsPageProps) {
  return <ViewsPage label="Operations" views={VIEWS} {...props} />;
}
