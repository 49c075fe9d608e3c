import { useQuery } from '@tanstack/react-query';
import { healthQuery, type Health as HealthAnswer } from '../../api/operations/system.ts';
import { Instant } from '../../parts/instant.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { Tag } from '../../parts/values.tsx';
import { showBytes, showSpan } from '../../words/bytes.ts';
import { showCount, spoken } from '../../words/quantities.ts';
import { OperationsPage } from './operations-page.tsx';

/** What runs, how far behind it is, and how much room it has. */
export function Health() {
  const { data, error, refetch } = useQuery(healthQuery);
  return (
    <OperationsPage title="Operations">
      {data === undefined && error === null && <Loading rows={10} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && (
        <div className="tiles">
          <Backlogs of={data} />
          <Running of={data} />
          <Checkpoints of={data.checkpoints} />
        </div>
      )}
    </OperationsPage>
  );
}

/** What goes on by itself, and where to look when it does not. */
function Backlogs({ of: { backlogs, last_sweep_at: sweptAt } }: { readonly of: HealthAnswer }) {
  return (
    <section className="card" aria-labelledby="backlogs">
      <h2 id="backlogs">What waits</h2>
      <table className="changes">
        <thead>
          <tr>
            <th scope="col">Queue</th>
            <th scope="col" className="number">
              Waiting
            </th>
            <th scope="col" className="number">
              Failed
            </th>
            <th scope="col" className="number">
              Oldest
            </th>
          </tr>
        </thead>
        <tbody>
          {backlogs.map(({ name, waiting, failed, oldest_at: oldest }) => (
            <tr key={name}>
              <th scope="row">
                <QueueName name={name} />
              </th>
              <td className="number">{showCount(waiting)}</td>
              <td className="number">
                {failed === 0 ? '0' : <Tag tone="bad">{showCount(failed)}</Tag>}
              </td>
              <td className="number">
                <Instant at={oldest} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet small">
        Stripe was asked for what was missed <Instant at={sweptAt} />.
      </p>
    </section>
  );
}

const QUEUES: Readonly<
  Record<string, '/operations/webhooks' | '/operations/outbox' | '/operations/mails' | '/audit'>
> = {
  inbox: '/operations/webhooks',
  outbox: '/operations/outbox',
  mails: '/operations/mails',
  sealer: '/audit',
};

function QueueName({ name }: { readonly name: string }) {
  const to = QUEUES[name];
  return to === undefined ? spoken(name) : <To to={to}>{spoken(name)}</To>;
}

function Running({
  of: { version, node, uptime_seconds: seconds, database },
}: {
  readonly of: HealthAnswer;
}) {
  const { pending_migrations: pending } = database;
  return (
    <section className="card" aria-labelledby="running">
      <h2 id="running">What runs</h2>
      <dl className="facts">
        <dt>Version</dt>
        <dd>
          {version}, for {showSpan(seconds)}
        </dd>
        <dt>Node</dt>
        <dd>{node}</dd>
        <dt>Postgres</dt>
        <dd>{database.version}</dd>
        <dt>Database</dt>
        <dd>{showBytes(database.size_bytes)}</dd>
        <dt>Connections</dt>
        <dd>
          {database.connections} of {database.most_connections}
        </dd>
        <dt>Migrations</dt>
        <dd>
          {pending.length === 0 ? (
            <Tag tone="good">All have run</Tag>
          ) : (
            <Tag tone="bad">Missing: {pending.join(', ')}</Tag>
          )}
        </dd>
      </dl>
    </section>
  );
}

const unknownOr = (bytes: number | null): string => (bytes === null ? '–' : showBytes(bytes));

function Checkpoints({ of }: { readonly of: HealthAnswer['checkpoints'] }) {
  return (
    <section className="card" aria-labelledby="checkpoints">
      <h2 id="checkpoints">Checkpoints of the audit trail</h2>
      {of === null ? (
        <p className="message note">None are kept: nothing proves what the trail says.</p>
      ) : (
        <dl className="facts">
          <dt>File</dt>
          <dd className="mono">{of.path}</dd>
          <dt>Size</dt>
          <dd>{unknownOr(of.size_bytes)}</dd>
          <dt>Written</dt>
          <dd>
            <Instant at={of.written_at} />
          </dd>
          <dt>Room left</dt>
          <dd>
            {unknownOr(of.free_bytes)} of {unknownOr(of.disk_bytes)}
          </dd>
        </dl>
      )}
    </section>
  );
}
