import type { Rule, RuleType } from '../../../api/pricing/rules.ts';
import { Day } from '../../../parts/instant.tsx';
import type { Column } from '../../../parts/records.tsx';
import { Tag } from '../../../parts/values.tsx';
import { spoken } from '../../../words/quantities.ts';
import { ForWhom } from '../parts/for-whom.tsx';
import { saidOfEffect } from '../parts/price-words.ts';
import { PricingState } from '../parts/pricing-state.tsx';

export const TYPES: Readonly<Record<RuleType, string>> = {
  discount: 'Yearly price',
  promotion: 'Promotion',
  custom: 'Agreed price',
};

export function typeOf({ rule_type: type }: Rule): string {
  return (TYPES as Readonly<Record<string, string>>)[type] ?? spoken(type);
}

const WIDE = '(min-width: 48em)';

export const RULE_COLUMNS: Column<Rule>[] = [
  {
    accessor: 'name',
    title: 'Rule',
    render: (rule) => (
      <div className="who">
        <strong>{rule.name}</strong>
        <div className="quiet small">{saidOfEffect(rule.effect, rule.conditions)}</div>
      </div>
    ),
  },
  {
    accessor: 'rule_type',
    title: 'Type',
    visibleMediaQuery: WIDE,
    render: (rule) => <Tag>{typeOf(rule)}</Tag>,
  },
  {
    accessor: 'conditions',
    title: 'For',
    visibleMediaQuery: WIDE,
    render: ({ conditions, user = null }) => <ForWhom of={conditions} user={user} />,
  },
  { accessor: 'state', title: 'State', render: ({ state }) => <PricingState of={state} /> },
  {
    accessor: 'priority',
    title: 'Priority',
    textAlign: 'right',
    visibleMediaQuery: WIDE,
    render: ({ priority }) => <span className="number">{priority}</span>,
  },
  {
    accessor: 'valid_until',
    title: 'Until',
    textAlign: 'right',
    visibleMediaQuery: WIDE,
    render: ({ valid_until: until }) => <Day at={until} />,
  },
];
