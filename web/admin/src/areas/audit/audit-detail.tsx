import { Drawer, Stack } from '@mantine/core';
import type { AuditEntry } from '../../api/audit.ts';
import { showInstant } from '../../../../ui/dates.ts';
import { DifferencesTable } from '../../parts/differences-table.tsx';
import { Copyable } from '../../parts/values.tsx';
import { differencesOf } from '../../words/differences.ts';
import { whoOf } from './who.ts';

/** One entry whole: what it changed, and how it came about. */
export function AuditDetail(props: {
  readonly entry: AuditEntry | undefined;
  readonly onClose: () => void;
}) {
  const { entry } = props;
  if (entry === undefined) return null;
  const differences = differencesOf(entry.before, entry.after);
  return (
    <Drawer opened onClose={props.onClose} title={entry.action}>
      <Stack gap="md">
        <dl className="facts">
          <dt>When</dt>
          <dd>{showInstant(entry.at)}</dd>
          <dt>Who</dt>
          <dd>{whoOf(entry.actor)}</dd>
          <dt>To what</dt>
          <dd>{entry.subject === null ? '–' : `${entry.subject.kind} ${entry.subject.id}`}</dd>
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
        </dl>
        <DifferencesTable of={differences} />
        {differences.length === 0 && <p className="quiet">It says of nothing that it changed.</p>}
      </Stack>
    </Drawer>
  );
}
