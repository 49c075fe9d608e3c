import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { rulesQuery } from '../../../api/pricing/rules.ts';
import { Records } from '../../../parts/records.tsx';
import { SearchField } from '../../../parts/search-field.tsx';
import { Empty } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { PricingPage } from '../parts/pricing-page.tsx';
import { RULE_COLUMNS } from '../rules/rule-columns.tsx';
import { AgreedPrices } from './agreed-prices.tsx';

const route = getRouteApi('/inside/pricing/agreed');

/** What was agreed upon with whom: all of it, or with one user. */
export function Agreed() {
  const { user = '' } = route.useSearch();
  const navigate = useNavigate();
  const go = (wanted: string): void => {
    const search = wanted === '' ? {} : { user: wanted };
    void navigate({ to: '/pricing/agreed', search, replace: true });
  };
  return (
    <PricingPage title="Agreed prices">
      <search className="filters" aria-label="Filters">
        <SearchField
          label="User"
          placeholder="Id of a user, such as u_3f81a2"
          value={user}
          onChange={go}
        />
      </search>
      {user === '' ? (
        <All />
      ) : (
        <div className="stack">
          <To to="/users/$user" params={{ user }} fz={14}>
            Profile of {user}
          </To>
          <AgreedPrices user={user} />
        </div>
      )}
    </PricingPage>
  );
}

function All() {
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(rulesQuery);
  return (
    <Records
      label="Agreed prices"
      rows={data?.filter(({ rule_type: type }) => type === 'custom')}
      columns={RULE_COLUMNS}
      idOf={({ key }) => key}
      nameOf={({ name }) => name}
      onOpen={({ key }) => void navigate({ to: '/pricing', search: { rule: key } })}
      error={error}
      onRetry={() => void refetch()}
      empty={
        <Empty title="Nothing was agreed upon with anybody">
          Name a user above to agree upon a price with them.
        </Empty>
      }
    />
  );
}
