import { ViewsPage, type ViewsPageProps } from '../../parts/views/views-page.tsx';

const VIEWS = [
  { to: '/plans', name: 'Plans' },
  { to: '/plans/features', name: 'Features' },
  { to: '/plans/packs', name: 'Packs' },
  { to: '/plans/events', name: 'Events' },
  { to: '/plans/migrations', name: 'Migrations' },
] as const;

/** One of the views of what is sold. */
export function PlansPage(props: ViewsPageProps) {
  return <ViewsPage label="Plans" views={VIEWS} {...props} />;
}
