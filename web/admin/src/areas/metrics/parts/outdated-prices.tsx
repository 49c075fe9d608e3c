import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { FIGURES } from '../../../api/metrics/figures.ts';
import {
  daysOf,
  outdatedPricesQuery,
  settlementQuery,
  settlePrices,
  type OutdatedPrices,
} from '../../../api/metrics/prices.ts';
import { useMay } from '../../../api/session.ts';
import { DataTable } from '../../../charts/chart-card.tsx';
import { ReasonDrawer } from '../../../deeds/reason-drawer.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { showFigure } from '../../../words/figures.ts';
import { counted } from '../../../words/quantities.ts';
import { showSpanName } from '../../../words/spans.ts';

/** Says that figures rest on prices that were corrected since, and lets them be settled anew. */
export function OutdatedPricesCard() {
  const { data: outdated = [] } = useQuery(outdatedPricesQuery);
  const [isOpen, drawer] = useDisclosure(false);
  const may = useMay();
  if (outdated.length === 0) return null;
  const days = outdated.reduce((sum, each) => sum + each.days, 0);
  return (
    <section className="card" aria-labelledby="outdated-prices">
      <h2 id="outdated-prices">Prices were corrected</h2>
      <p>
        {counted(days, 'day')} of {[...new Set(outdated.map(({ model }) => model))].join(', ')} are
        valued by prices that have been corrected since. What use cost is settled when it is added
        up, so that no figure changes before it is settled anew.
      </p>
      {may('inputs.write') && (
        <Button size="xs" variant="default" onClick={drawer.open}>
          Settle anew …
        </Button>
      )}
      {isOpen && <SettleDrawer outdated={outdated} onClose={drawer.close} />}
    </section>
  );
}

function SettleDrawer(props: {
  readonly outdated: readonly OutdatedPrices[];
  readonly onClose: () => void;
}) {
  const days = daysOf(props.outdated);
  return (
    <ReasonDrawer
      title="Settle AI costs anew"
      verb="Settle anew"
      done="AI costs are settled by the prices in force"
      refreshes={FIGURES}
      onConfirm={(reason) => settlePrices(days, reason)}
      onClose={props.onClose}
    >
      <p>
        {showSpanName(days)}. What was settled before stays on record, and so does who settled it
        anew.
      </p>
      <Preview days={days} />
    </ReasonDrawer>
  );
}

function Preview({ days }: { readonly days: ReturnType<typeof daysOf> }) {
  const { data, error, refetch } = useQuery(settlementQuery(days));
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading rows={2} />;
  const told = { unit: 'unit_money', currency: data.currency };
  const cost = (minor: string): string => showFigure(Number(minor), told);
  return (
    <DataTable
      head={['Model', 'Days', 'Cost now', 'Cost then']}
      rows={data.data.map((each) => [
        each.provider === '' ? each.model : `${each.model} (${each.provider})`,
        String(each.days),
        cost(each.cost_before),
        cost(each.cost_after),
      ])}
    />
  );
}
