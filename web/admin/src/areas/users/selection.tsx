import { Button } from '@mantine/core';
import type { UserRow } from '../../api/contract/users.ts';
import { useMay } from '../../api/session.ts';
import { counted } from '../../words/quantities.ts';
import { BulkMenu } from './bulk/bulk-menu.tsx';
import { saveText } from './save-text.ts';
import { csvOf } from './csv.ts';

/** What can be done with the users that are selected. */
export function Selection(props: {
  readonly rows: readonly UserRow[];
  readonly onClear: () => void;
}) {
  const may = useMay();
  const { rows } = props;
  if (rows.length === 0) return null;
  return (
    <div className="bulk" role="region" aria-label="Selection">
      <strong>{counted(rows.length, 'user')} selected</strong>
      <BulkMenu label="Do to these" chosen={{ users: rows.map(({ user }) => user) }} />
      {may('users.export') && (
        <Button
          size="xs"
          variant="default"
          onClick={() => saveText({ name: 'users.csv', text: csvOf(rows) })}
        >
          Export these
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        onClick={() => void copy(rows.map(({ email }) => email ?? '').filter(Boolean))}
      >
        Copy e-mail addresses
      </Button>
      <Button size="xs" variant="subtle" onClick={props.onClear}>
        Clear
      </Button>
    </div>
  );
}

function copy(lines: readonly string[]): Promise<void> {
  return globalThis.navigator.clipboard.writeText(lines.join('\n'));
}
