import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { explainQuery, type Explained, type Purchase } from '../../../api/pricing/rules.ts';
import { Empty, Failed, Loading } from '../../../parts/states.tsx';
import { PricingPage } from '../parts/pricing-page.tsx';
import { PurchaseFields } from './purchase-fields.tsx';
import { Quote } from './quote.tsx';
import { RulesTold } from './rules-told.tsx';

const route = getRouteApi('/inside/pricing/tester');

/** What somebody would pay, line by line, and what became of every rule. */
export function Tester() {
  const purchase = route.useSearch();
  const navigate = useNavigate();
  const change = (wanted: Purchase): void =>
    void navigate({ to: '/pricing/tester', search: wanted, replace: true });
  return (
    <PricingPage title="Price tester">
      <div className="tester">
        <section className="card" aria-label="What is bought">
          <h2>What is bought</h2>
          <PurchaseFields value={purchase} onChange={change} />
        </section>
        <Answer purchase={purchase} />
      </div>
    </PricingPage>
  );
}

function Answer({ purchase }: { readonly purchase: Purchase }) {
  const { data, error, refetch } = useQuery(explainQuery(purchase));
  if (purchase.plan === undefined) {
    return (
      <Empty title="Choose a plan">
        The quote is the one that checkout would make. Nothing is changed or held.
      </Empty>
    );
  }
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading rows={8} />;
  return <Told of={data} />;
}

function Told({ of }: { readonly of: Explained }) {
  const { quote, refusal, rules } = of;
  return (
    <div className="stack">
      {refusal !== null && (
        <p className={quote === null ? 'message bad' : 'message note'} role="status">
          {refusal.detail}
        </p>
      )}
      {quote !== null && <Quote of={quote} />}
      <section className="card" aria-label="Rules">
        <h2>What became of each rule</h2>
        <RulesTold of={rules} />
      </section>
    </div>
  );
}
