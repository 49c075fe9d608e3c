import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { featuresQuery, type CatalogueFeature } from '../../api/plans/features.ts';
import { Records, type Column } from '../../parts/records.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { NothingFound } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { Tag } from '../../parts/values.tsx';
import { spoken } from '../../words/quantities.ts';
import { FeatureDrawer } from './feature-drawer.tsx';
import { FeatureDetail } from './feature-detail.tsx';
import { saidOfTerms } from './parts/terms-words.ts';
import { useBegin } from './parts/use-begin.tsx';
import { PlansPage } from './plans-page.tsx';

const route = getRouteApi('/inside/plans/features');

interface Search {
  readonly q?: string;
  readonly feature?: string;
  readonly deed?: string;
}

/** Everything that plans may grant, and how much of it each grants. */
export function Features() {
  const { q, feature, deed } = route.useSearch();
  const navigate = useNavigate();
  const { mayWrite, button } = useBegin('Add a feature', '/plans/features');
  const { data, error, refetch } = useQuery(featuresQuery);
  const go = (search: Search): void =>
    void navigate({ to: '/plans/features', search, replace: true });
  const filter = q === undefined ? {} : { q };
  const shown = data?.filter((each) => isFound(each, q ?? ''));
  const open = data?.find((each) => each.feature === feature);
  return (
    <PlansPage title="Features" deeds={button}>
      <search className="filters" aria-label="Filters">
        <SearchField
          label="Search"
          placeholder="Name or key"
          value={q ?? ''}
          onChange={(text) => go(text === '' ? {} : { q: text })}
        />
      </search>
      <Records
        label="Features"
        rows={shown}
        columns={columnsOf(data ?? [])}
        idOf={(each) => each.feature}
        nameOf={({ name }) => name}
        onOpen={(each) => go({ ...filter, feature: each.feature })}
        error={error}
        onRetry={() => void refetch()}
        empty={
          q === undefined ? (
            <Empty title="There are no features yet">Add one, and let a plan grant it.</Empty>
          ) : (
            <NothingFound what="features" onReset={() => go({})} />
          )
        }
      />
      {open !== undefined && deed !== 'change' && (
        <FeatureDetail
          of={open}
          onClose={() => go(filter)}
          {...(mayWrite && {
            onChange: () => go({ ...filter, feature: open.feature, deed: 'change' }),
          })}
        />
      )}
      {mayWrite && deed === 'change' && open !== undefined && (
        <FeatureDrawer key={open.feature} of={open} onClose={() => go(filter)} />
      )}
      {mayWrite && deed === 'new' && <FeatureDrawer onClose={() => go(filter)} />}
    </PlansPage>
  );
}

function isFound({ feature, name }: CatalogueFeature, q: string): boolean {
  return `${feature} ${name}`.toLowerCase().includes(q.toLowerCase());
}

const WIDE = '(min-width: 48em)';
const MOST_PLANS = 6;

/** The feature, and a column for each plan on sale. */
function columnsOf(features: readonly CatalogueFeature[]): Column<CatalogueFeature>[] {
  const plans = (features[0]?.plans ?? []).slice(0, MOST_PLANS);
  return [
    {
      accessor: 'name',
      title: 'Feature',
      render: ({ name, feature }) => (
        <div className="who">
          <strong>{name}</strong>
          <div className="quiet small mono">{feature}</div>
        </div>
      ),
    },
    { accessor: 'kind', title: 'Kind', render: ({ kind }) => <Tag>{spoken(kind)}</Tag> },
    ...plans.map(({ plan }) => ({
      accessor: plan,
      title: spoken(plan),
      visibleMediaQuery: WIDE,
      render: (feature: CatalogueFeature) => saidOfTerms(termsIn(feature, plan)),
    })),
  ];
}

function termsIn({ plans }: CatalogueFeature, slug: string) {
  return plans.find(({ plan }) => plan === slug)?.terms ?? false;
}
