import { readOverview } from './api/account.ts';
import type { Overview } from './api/contract.ts';
import { Link } from './parts/button.tsx';
import { BackToApp, Failure, Skeleton } from './parts/messages.tsx';
import { View } from './parts/view.tsx';
import { AccountScreen } from './screens/account/account.tsx';
import { CancelScreen } from './screens/cancel.tsx';
import { ChangeScreen } from './screens/change/change.tsx';
import { ExpiredScreen } from './screens/expired.tsx';
import { OrderScreen } from './screens/plans/order.tsx';
import { PlansScreen } from './screens/plans/plans.tsx';
import { ReturnScreen } from './screens/return.tsx';
import { CustomerContext, rememberReturn } from './state/customer.ts';
import { RouterContext, useRouting, type Place } from './state/route.ts';
import { SEEN_ONLY, seenUser } from './state/seen.ts';
import { useLoad, type Loaded } from './state/use-load.ts';
import { zoneName } from '../../ui/dates.ts';

export function App() {
  const router = useRouting();
  const { place } = router;
  const customer = useLoad('overview', readCustomer);
  const { state } = customer;
  const overview = state.kind === 'ready' ? state.value : null;
  return (
    <RouterContext.Provider value={router}>
      <CustomerContext.Provider value={customer}>
        <Header place={place} overview={overview} />
        {seenUser !== null && (
          <div class="wide">
            <p class="message note" role="status">
              {SEEN_ONLY}
            </p>
          </div>
        )}
        {screenOf(place, state, customer.reload)}
        <footer class="wide">
          <p class="hint">Dates and times are in the zone {zoneName()}.</p>
        </footer>
      </CustomerContext.Provider>
    </RouterContext.Provider>
  );
}

async function readCustomer(): Promise<Overview> {
  const overview = await readOverview();
  rememberReturn(overview.return_url);
  return overview;
}

function Header({ place, overview }: { place: Place; overview: Overview | null }) {
  return (
    <header class="wide">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <span class="brand">WhisperForge</span>
      <nav aria-label="Pages">
        {overview !== null && (
          <Link to="/account" isCurrent={place.path === '/account'}>
            Account
          </Link>
        )}
        <Link to="/account/plans" isCurrent={place.path === '/account/plans'}>
          Plans
        </Link>
        <BackToApp />
      </nav>
    </header>
  );
}

/** Pricing is for everybody; the other views are of a customer who came by a link. */
function screenOf(place: Place, customer: Loaded<Overview>, reload: () => Promise<void>) {
  const isRefused = customer.kind === 'failed' && customer.problem.status === 401;
  const isOver = isRefused && seenUser === null;
  if (place.path === '/account/plans' && !place.query.has('plan')) {
    return <PlansScreen key={place.step} overview={ready(customer)} />;
  }
  const isLink = place.query.has('expired');
  if (isOver || isLink) return <ExpiredScreen key={place.step} isLink={isLink} />;
  if (customer.kind === 'failed') {
    return (
      <View title="Account">
        <Failure problem={customer.problem} onRetry={reload} />
      </View>
    );
  }
  if (customer.kind === 'loading') {
    return (
      <View title={TITLES.get(place.path) ?? 'Account'} isBusy>
        <Skeleton heights={[120, 240, 160]} />
      </View>
    );
  }
  return customerScreen(place, customer.value);
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['/account/plans', 'Your order'],
  ['/account/change', 'Change plan'],
  ['/account/cancel', 'Cancel subscription'],
  ['/account/return', 'Checkout'],
]);

function customerScreen({ path, query, step }: Place, overview: Overview) {
  const plan = query.get('plan') ?? '';
  const cycle = query.get('cycle') === 'yearly' ? 'yearly' : 'monthly';
  switch (path) {
    case '/account/plans':
      return <OrderScreen key={step} plan={plan} cycle={cycle} />;
    case '/account/return':
      return <ReturnScreen key={step} id={query.get('checkout') ?? ''} />;
    case '/account/change':
      return <ChangeScreen key={step} overview={overview} plan={plan} cycle={cycle} />;
    case '/account/cancel':
      return <CancelScreen key={step} overview={overview} />;
    default:
      return <AccountScreen key={step} overview={overview} />;
  }
}

function ready<T>(state: Loaded<T>): T | null {
  return state.kind === 'ready' ? state.value : null;
}
