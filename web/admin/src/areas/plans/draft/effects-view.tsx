import { useQuery } from '@tanstack/react-query';
import { effectsQuery, type Draft, type Effects } from '../../../api/plans/drafts.ts';
import { SearchField } from '../../../parts/search-field.tsx';
import { Empty, Failed, Loading } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { Tag } from '../../../parts/values.tsx';
import { counted } from '../../../words/quantities.ts';
import { PlaceChanges } from '../parts/place-changes.tsx';
import { RecurringTable } from '../parts/recurring-table.tsx';
import { saidOfSources } from '../parts/sources.ts';

/** Whom the draft concerns, what moving them would bring, and what one of them would notice. */
export function EffectsView(props: {
  readonly draft: Draft;
  readonly user: string;
  readonly onUser: (user: string) => void;
}) {
  const { draft, user, onUser } = props;
  const { data, error, refetch } = useQuery(effectsQuery(draft, user));
  return (
    <div className="stack">
      <p className="quiet small">
        Publishing moves nobody: whoever holds a version keeps it until they are moved.
      </p>
      {data === undefined && error === null && <Loading rows={8} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data?.versions.map((version) => (
        <VersionEffects key={version.version} of={version} />
      ))}
      <section className="card" aria-label="An example">
        <h2>What changes for one of them</h2>
        <div className="filters">
          <SearchField
            label="User"
            placeholder="Anybody who holds what is on sale, or an id such as u_3f81a2"
            value={user}
            onChange={onUser}
          />
        </div>
        {error !== null && data !== undefined && <Failed error={error} />}
        {data !== undefined && error === null && <Example of={data} user={user} />}
      </section>
    </div>
  );
}

function VersionEffects({ of }: { readonly of: Effects['versions'][number] }) {
  return (
    <section className="card" aria-label={`Version ${of.version}`}>
      <h2 className="version-title">
        Version {of.version}
        {of.on_sale && <Tag tone="good">On sale</Tag>}
        <span className="quiet small plain">{counted(of.subscribers, 'subscriber')}</span>
      </h2>
      {of.subscribers > 0 && <p className="quiet small">{saidOfSources(of.sources)}</p>}
      <RecurringTable of={of.recurring} label={`MRR of version ${of.version}`} />
    </section>
  );
}

function Example(props: { readonly of: Effects; readonly user: string }) {
  const { example } = props.of;
  if (example === null) {
    const { user } = props;
    const title = user === '' ? 'It is not sold yet' : `${user} does not have this plan`;
    return <Empty title={title} />;
  }
  return (
    <>
      <p className="quiet small">
        {example.user === null ? (
          'Anybody'
        ) : (
          <To to="/users/$user" params={{ user: example.user }} fz={13}>
            {example.user}
          </To>
        )}{' '}
        who holds version {example.version}:
      </p>
      <PlaceChanges of={example.changes} />
      {example.changes.length === 0 && <p>Nothing changes for them.</p>}
    </>
  );
}
