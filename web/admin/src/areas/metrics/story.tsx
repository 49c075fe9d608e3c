import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import {
  customerQuery,
  type CustomerStory,
  type StoryMovement,
} from '../../api/metrics/figures.ts';
import { Empty, Failed, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { Amount, Tag } from '../../parts/values.tsx';
import { spoken } from '../../words/quantities.ts';
import { showDayName, showMonthName } from '../../words/spans.ts';
import { segmentName } from './controls/segment-name.ts';
import { InsightsPage } from './insights-page.tsx';

const route = getRouteApi('/inside/insights/customers/$customer');

/** One customer: who it is, and what moved its MRR. */
export function Story() {
  const { customer } = route.useParams();
  const { profile } = route.useSearch();
  const { data, error, refetch } = useQuery(customerQuery(customer, profile));
  if (data !== undefined) return <Known of={data} />;
  return (
    <InsightsPage title="A customer">
      {error === null ? (
        <Loading rows={8} />
      ) : (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
    </InsightsPage>
  );
}

function Known({ of }: { readonly of: CustomerStory }) {
  const [first] = of.users;
  const name = first?.name ?? [of.name, of.email].find((told) => told !== '') ?? of.key;
  return (
    <InsightsPage title={name}>
      <div className="profile">
        <div>
          <Identity of={of} />
        </div>
        <div>
          <Movements of={of.movements} zone={of.time_zone} />
        </div>
      </div>
    </InsightsPage>
  );
}

function Identity({ of }: { readonly of: CustomerStory }) {
  return (
    <section className="card" aria-labelledby="who">
      <h2 id="who">Who it is</h2>
      <dl className="facts">
        {of.users.length > 0 && (
          <>
            <dt>Profile</dt>
            <dd>
              {of.users.map(({ user, name }) => (
                <div key={user}>
                  <To to="/users/$user" params={{ user }} inherit>
                    {name}
                  </To>
                </div>
              ))}
            </dd>
          </>
        )}
        {of.users.length === 0 && (
          <>
            <dt>Known as</dt>
            <dd className="mono">{of.key}</dd>
            <dt>Imported from</dt>
            <dd>{of.origin}</dd>
            <Told name="E-mail" value={of.email} />
            <Told name="Signed up on" value={of.signed_up_on ?? ''} />
            {Object.entries(of.attributes).map(([name, value]) => (
              <Told key={name} name={spoken(name)} value={value} />
            ))}
          </>
        )}
        <dt>Pays since</dt>
        <dd>{of.cohort === null ? '–' : showMonthName(of.cohort)}</dd>
        <dt>Country</dt>
        <dd>{of.country === '' ? '–' : segmentName('country', of.country)}</dd>
        <dt>Source</dt>
        <dd>{of.source === '' ? '–' : of.source}</dd>
      </dl>
    </section>
  );
}

function Told({ name, value }: { readonly name: string; readonly value: string }) {
  if (value === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Movements(props: { readonly of: readonly StoryMovement[]; readonly zone: string }) {
  return (
    <section className="card" aria-labelledby="moved">
      <h2 id="moved">What moved its MRR</h2>
      {props.of.length === 0 && <Empty title="It has never paid" />}
      <ol className="timeline story">
        {props.of.map((movement) => (
          <Moved key={`${movement.at}${movement.kind}${movement.plan}`} of={movement} />
        ))}
      </ol>
      <p className="quiet small">Days are of {props.zone}.</p>
    </section>
  );
}

const TONES: Readonly<Record<string, 'good' | 'bad'>> = {
  new: 'good',
  expansion: 'good',
  reactivation: 'good',
  contraction: 'bad',
  churn: 'bad',
};

const WORDS: Readonly<Record<string, string>> = {
  new: 'Began to pay',
  expansion: 'Pays more',
  contraction: 'Pays less',
  churn: 'Left',
  reactivation: 'Came back',
  transfer: 'Changed segment',
};

function Moved({ of }: { readonly of: StoryMovement }) {
  const { kind, plan, cycle, day, amount_minor: minor, currency } = of;
  return (
    <li>
      <Tag tone={TONES[kind] ?? 'plain'}>{WORDS[kind] ?? spoken(kind)}</Tag>
      <span>
        {spoken(plan)} <span className="quiet">{cycle === '' ? '' : `· ${spoken(cycle)}`}</span>
        {of.is_correction && <span className="quiet"> · corrected later</span>}
      </span>
      <span className="when">
        {minor > 0 && '+'}
        <Amount of={{ amount_minor: minor, currency }} per="month" /> · {showDayName(day)}
      </span>
    </li>
  );
}
