import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { showInstant } from '../../../../ui/dates.ts';
import { auditEntryQuery, type ProvenEntry } from '../../api/audit.ts';
import { DifferencesTable } from '../../parts/differences-table.tsx';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { Copyable, Tag } from '../../parts/values.tsx';
import { differencesOf } from '../../words/differences.ts';
import { useWho } from './who.ts';

/** One entry whole: what it changed, how it came about, and whether it is as it was written. */
export function AuditDetail(props: {
  readonly entry: string | undefined;
  readonly onClose: () => void;
}) {
  const { entry: id = '' } = props;
  const { data: entry, error, refetch } = useQuery({ ...auditEntryQuery(id), enabled: id !== '' });
  if (id === '') return null;
  return (
    <Drawer onClose={props.onClose} title={entry?.action ?? `Entry ${id}`}>
      {entry !== undefined && <Told entry={entry} />}
      {entry === undefined && error === null && <Loading rows={6} />}
      {entry === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
    </Drawer>
  );
}

const PROOFS = {
  waiting: { tone: 'plain', words: 'Not in the chain yet' },
  sealed: { tone: 'good', words: 'Sealed' },
  signed: { tone: 'good', words: 'Sealed and signed' },
  broken: { tone: 'bad', words: 'Not as it was written' },
} as const;

function Told({ entry }: { readonly entry: ProvenEntry }) {
  const who = useWho();
  const differences = differencesOf(entry.before, entry.after);
  const { tone, words } = PROOFS[entry.proof];
  return (
    <Stack gap="md">
      <dl className="facts">
        <dt>When</dt>
        <dd>{showInstant(entry.recorded_at)}</dd>
        <dt>Who</dt>
        <dd>{who(entry.actor)}</dd>
        <dt>To what</dt>
        <dd>
          {entry.subject.kind} {entry.subject.id}
        </dd>
        <dt>Why</dt>
        <dd>{entry.reason ?? '–'}</dd>
        <dt>Request</dt>
        <dd>
          {entry.request_id === null ? (
            '–'
          ) : (
            <Copyable text={entry.request_id} what="the request's id" />
          )}
        </dd>
        <dt>From</dt>
        <dd>{entry.address ?? '–'}</dd>
        <dt>Proof</dt>
        <dd>
          <Tag tone={tone}>{words}</Tag>
        </dd>
      </dl>
      <DifferencesTable of={differences} />
      {differences.length === 0 && <p className="quiet">It says of nothing that it changed.</p>}
    </Stack>
  );
}
