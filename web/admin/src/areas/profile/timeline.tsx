import { Anchor, Button, Chip, Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import {
  CreditCard,
  FileText,
  Gauge,
  Layers,
  Mail,
  NotebookPen,
  SlidersHorizontal,
  UserCog,
  Webhook,
  type LucideIcon,
} from 'lucide-react';
import { showUtcDay } from '../../../../ui/dates.ts';
import { TIMELINE_KINDS, type TimelineEntry, type TimelineKind } from '../../api/contract/users.ts';
import { timelineQuery } from '../../api/users.ts';
import { Instant } from '../../parts/instant.tsx';
import { Empty, Failed, Loading } from '../../parts/states.tsx';
import { Amount } from '../../parts/values.tsx';
import { useMay } from '../../api/session.ts';
import { spoken } from '../../words/quantities.ts';
import { useOpenDeed } from './deeds/use-open.ts';
import { detailOf } from './timeline-detail.ts';

const ICONS: Readonly<Record<TimelineKind, LucideIcon>> = {
  plan: Layers,
  invoice: FileText,
  payment: CreditCard,
  usage: Gauge,
  override: SlidersHorizontal,
  mail: Mail,
  note: NotebookPen,
  webhook: Webhook,
  staff: UserCog,
};

const route = getRouteApi('/inside/users/$user');

/** The whole story, newest first. */
export function Timeline({ user }: { readonly user: string }) {
  const { kinds = '' } = route.useSearch();
  const navigate = useNavigate();
  const chosen = kinds === '' ? [] : kinds.split(',');
  const choose = (wanted: string[]): void => {
    const search = wanted.length === 0 ? {} : { kinds: wanted.join(',') };
    void navigate({ to: '/users/$user', params: { user }, search, replace: true });
  };
  return (
    <section className="card" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <Chip.Group multiple value={chosen} onChange={choose}>
        <Group gap={6} role="group" aria-label="Kinds that are shown" mb="xs">
          {TIMELINE_KINDS.map((kind) => (
            <Chip key={kind} value={kind} size="xs">
              {spoken(kind)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Entries user={user} kinds={kinds} />
    </section>
  );
}

function Entries(props: { readonly user: string; readonly kinds: string }) {
  const list = useInfiniteQuery(timelineQuery(props.user, props.kinds));
  const entries = list.data?.pages.flatMap(({ data }) => data);
  if (entries === undefined) {
    if (list.error === null) return <Loading rows={5} />;
    return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (entries.length === 0) return <Empty title="Nothing has happened yet" />;
  return (
    <>
      <ol className="timeline">
        {entries.map((entry) => (
          <Entry key={`${entry.kind}-${entry.id}`} entry={entry} />
        ))}
      </ol>
      {list.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </>
  );
}

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const Icon = ICONS[entry.kind] ?? FileText;
  const detail = [...detailOf(entry), entry.actor?.name].filter(Boolean).join(' · ');
  return (
    <li>
      <Icon size={16} aria-label={spoken(entry.kind)} role="img" />
      <div>
        {entry.title}
        {entry.amount !== null && (
          <>
            {' '}
            <Amount of={entry.amount} />
          </>
        )}
      </div>
      <div className="when">
        {entry.kind === 'usage' ? (
          <time dateTime={entry.at}>{showUtcDay(entry.at)}</time>
        ) : (
          <Instant at={entry.at} />
        )}
      </div>
      {(detail !== '' || entry.link !== null || entry.kind === 'webhook') && (
        <div className="detail">
          {detail} {entry.link !== null && <Outward to={entry.link} />}
          {entry.kind === 'webhook' && <Replay event={entry.id} />}
        </div>
      )}
    </li>
  );
}

function Replay({ event }: { readonly event: string }) {
  const may = useMay();
  const open = useOpenDeed();
  if (!may('operations.write')) return null;
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => open('replay', event)}>
      Replay …
    </Anchor>
  );
}

function Outward({ to }: { readonly to: string }) {
  if (!/^(?:https?:\/\/|\/(?![/\\]))/.test(to)) return null;
  return (
    <Anchor href={to} size="sm" rel="noreferrer">
      Open
    </Anchor>
  );
}
