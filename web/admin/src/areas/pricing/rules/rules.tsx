import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { RULE_TYPES, rulesQuery, type Rule } from '../../../api/pricing/rules.ts';
import { useMay } from '../../../api/session.ts';
import { NothingFound, Records } from '../../../parts/records.tsx';
import { Empty } from '../../../parts/states.tsx';
import { useOffer } from '../../../shell/view-deeds.ts';
import { spoken } from '../../../words/quantities.ts';
import { PricingPage } from '../parts/pricing-page.tsx';
import { EndRule } from './end-rule.tsx';
import { RULE_COLUMNS, TYPES } from './rule-columns.tsx';
import { RuleDetail } from './rule-detail.tsx';
import { RuleDrawer } from './rule-drawer.tsx';

const route = getRouteApi('/inside/pricing');
const STATES = ['active', 'scheduled', 'over'];

interface Search {
  readonly type?: string;
  readonly state?: string;
  readonly rule?: string;
  readonly deed?: string;
}

/** The rules by which prices come about, in force, to come and over. */
export function Rules() {
  const { rule: key, deed, ...filters } = route.useSearch();
  const navigate = useNavigate();
  const mayWrite = useMay()('pricing.write');
  const [ending, setEnding] = useState<Rule>();
  const { data, error, refetch } = useQuery(rulesQuery);
  const go = (search: Search): void => void navigate({ to: '/pricing', search, replace: true });
  const deeds = useMemo(() => {
    const put = (): void => void navigate({ to: '/pricing', search: { deed: 'new' } });
    return mayWrite ? [{ name: 'New pricing rule', run: put }] : [];
  }, [mayWrite, navigate]);
  useOffer(deeds);
  const open = data?.find((each) => each.key === key);
  // What was agreed upon with one customer is changed among the agreed prices.
  const isChanging = mayWrite && deed === 'change' && open?.rule_type !== 'custom';
  return (
    <PricingPage
      title="Pricing rules"
      deeds={
        mayWrite && (
          <Button size="xs" leftSection={<Plus size={14} />} onClick={deeds[0]?.run}>
            New rule
          </Button>
        )
      }
    >
      <Filters filters={filters} onChange={go} />
      <Records
        label="Pricing rules"
        rows={data?.filter((each) => isShown(each, filters))}
        columns={RULE_COLUMNS}
        idOf={(each) => each.key}
        nameOf={({ name }) => name}
        onOpen={(each) => go({ ...filters, rule: each.key })}
        error={error}
        onRetry={() => void refetch()}
        empty={
          filters.type === undefined && filters.state === undefined ? (
            <Empty title="No rule stands">Everybody pays what the plans say.</Empty>
          ) : (
            <NothingFound what="rules" onReset={() => go({})} />
          )
        }
      />
      {open !== undefined && !isChanging && (
        <RuleDetail
          of={open}
          onClose={() => go(filters)}
          {...(mayWrite && {
            onEnd: () => setEnding(open),
            onChange: () => go({ ...filters, rule: open.key, deed: 'change' }),
          })}
        />
      )}
      {mayWrite && deed === 'new' && <RuleDrawer onClose={() => go(filters)} />}
      {isChanging && open !== undefined && (
        <RuleDrawer key={open.key} of={open} onClose={() => go(filters)} />
      )}
      {ending !== undefined && (
        <EndRule of={ending} onDone={() => go(filters)} onClose={() => setEnding(undefined)} />
      )}
    </PricingPage>
  );
}

function isShown(rule: Rule, { type, state }: Search): boolean {
  return (
    (type === undefined || rule.rule_type === type) && (state === undefined || rule.state === state)
  );
}

function Filters(props: {
  readonly filters: Search;
  readonly onChange: (filters: Search) => void;
}) {
  const { filters, onChange } = props;
  const any = { value: '', label: 'Any' };
  return (
    <search className="filters" aria-label="Filters">
      <NativeSelect
        label="Type"
        size="xs"
        value={filters.type ?? ''}
        data={[any, ...RULE_TYPES.map((value) => ({ value, label: TYPES[value] }))]}
        onChange={(event) => onChange({ ...filters, type: event.currentTarget.value })}
      />
      <NativeSelect
        label="State"
        size="xs"
        value={filters.state ?? ''}
        data={[any, ...STATES.map((value) => ({ value, label: spoken(value) }))]}
        onChange={(event) => onChange({ ...filters, state: event.currentTarget.value })}
      />
    </search>
  );
}
