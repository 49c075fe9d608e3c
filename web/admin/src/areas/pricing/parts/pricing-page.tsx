import { ViewsPage, type ViewsPageProps } from '../../../parts/views/views-page.tsx';

const VIEWS = [
  { to: '/pricing', name: 'Rules' },
  { to: '/pricing/codes', name: 'Promotion codes' },
  { to: '/pricing/agreed', name: 'Agreed prices' },
  { to: '/pricing/tester', name: 'Tester' },
] as const;

/** One of the views of how prices come about. */
export function PricingPage(props: ViewsPageProps) {
  return <ViewsPage label="Pricing" views={VIEWS} {...props} />;
}
