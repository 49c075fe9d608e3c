import { useEffect, useRef } from 'preact/hooks';
import { openPortal, readInvoices, resumeSubscription } from '../../api/account.ts';
import type { Invoice, Overview } from '../../api/contract.ts';
import { Button, OutLink } from '../../parts/button.tsx';
import { BannerBox, Fault } from '../../parts/messages.tsx';
import { View } from '../../parts/view.tsx';
import { useCustomer } from '../../state/customer.ts';
import { useRouter } from '../../state/route.ts';
import { leaveFor, useDeed, type Deed } from '../../state/use-deed.ts';
import { useLoad } from '../../state/use-load.ts';
import { usePoll } from '../../state/use-poll.ts';
import { bannersOf, type Remedy } from '../../words/standing.ts';
import { InvoicesCard } from './invoices.tsx';
import { NextInvoiceCard } from './next-invoice.tsx';
import { OverageCard } from './overage.tsx';
import { PacksCard } from './packs.tsx';
import { PlanCard } from './plan-card.tsx';
import { UsageCard } from './usage-card.tsx';

const LIVE_MS = 4_000;

export function AccountScreen({ overview }: { readonly overview: Overview }) {
  const customer = useCustomer();
  usePoll(customer.reload, JSON.stringify(overview), LIVE_MS);
  const invoices = useLoad('invoices', () => readInvoices(null));
  const standing = `${overview.status} ${overview.restriction ?? ''} ${overview.plan.plan}`;
  useReloadOn(standing, invoices.reload);
  const { state } = invoices;
  const known = state.kind === 'ready' ? state.value.data : [];
  const banners = bannersOf(overview, known);
  const mustPay = banners.some(({ tone }) => tone === 'bad');
  const { user } = overview;
  return (
    <View title="Account" lead={user.name === null ? user.email : `${user.name}, ${user.email}`}>
      <Banners overview={overview} invoices={known} />
      <div class="columns">
        <div>
          <PlanCard overview={overview} isMain={!mustPay} />
          <UsageCard balances={overview.balances} />
        </div>
        <div>
          <NextInvoiceCard overview={overview} />
          <PacksCard packs={overview.packs} balances={overview.balances} />
          <OverageCard items={overview.overage} />
        </div>
      </div>
      <InvoicesCard first={state} onRetry={invoices.reload} />
    </View>
  );
}

/** A payment or a change of plan makes an invoice. */
function useReloadOn(key: string, reload: () => Promise<void>): void {
  const seen = useRef(key);
  useEffect(() => {
    if (seen.current === key) return;
    seen.current = key;
    void reload();
  }, [key, reload]);
}

function Banners(props: { readonly overview: Overview; readonly invoices: readonly Invoice[] }) {
  const deed = useDeed();
  return (
    <>
      {bannersOf(props.overview, props.invoices).map(({ key, tone, title, text, remedy }) => (
        <BannerBox
          key={key}
          tone={tone}
          title={title}
          action={remedy && <RemedyAction remedy={remedy} deed={deed} isMain={tone === 'bad'} />}
        >
          {text}
        </BannerBox>
      ))}
      <Fault problem={deed.problem} />
    </>
  );
}

interface RemedyProps {
  readonly remedy: Remedy;
  readonly deed: Deed;
  readonly isMain: boolean;
}

function RemedyAction({ remedy, deed, isMain }: RemedyProps) {
  const { reload } = useCustomer();
  const { go } = useRouter();
  const weight = isMain ? 'primary' : 'second';
  if (remedy.kind === 'pay') {
    return (
      <OutLink to={remedy.url} weight={weight}>
        Pay now
      </OutLink>
    );
  }
  const act = async (): Promise<void> => {
    if (remedy.kind === 'portal') await leaveFor((await openPortal()).url);
    await resumeSubscription();
    await reload();
    go('/account', { notice: 'It stays as it is.', replaces: true });
  };
  return (
    <Button weight={weight} isBusy={deed.isBusy} onPress={() => deed.run(act)}>
      {remedy.label}
    </Button>
  );
}
