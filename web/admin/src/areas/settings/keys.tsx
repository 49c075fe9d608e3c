import { Button } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { keysQuery, revokeKey, type SecretKey } from '../../api/operations/keys.ts';
import { ReasonDrawer } from '../../deeds/reason-drawer.tsx';
import { Instant } from '../../parts/instant.tsx';
import { usePages } from '../../parts/lists/use-pages.ts';
import { Page } from '../../parts/page.tsx';
import { Records, type Column } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { Tag } from '../../parts/values.tsx';
import { NewKey } from './new-key.tsx';

/** What apps ask the API with. */
export function Keys() {
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<SecretKey>();
  const { rows, error, onRetry, more } = usePages(keysQuery);
  return (
    <Page
      title="Secret keys"
      deeds={
        <Button size="xs" leftSection={<KeyRound size={14} />} onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      <Records
        label="Secret keys"
        rows={rows}
        columns={columns(setRevoking)}
        idOf={({ id }) => String(id)}
        nameOf={({ name }) => name}
        error={error}
        onRetry={onRetry}
        more={more}
        empty={<Empty title="There is no key yet">Make one, and give it to the app.</Empty>}
      />
      {isMaking && <NewKey onClose={() => setMaking(false)} />}
      {revoking !== undefined && (
        <ReasonDrawer
          title={`Revoke ${revoking.name}`}
          verb="Revoke"
          isGrave
          done={`${revoking.name} is revoked`}
          refreshes="keys"
          onConfirm={(reason) => revokeKey(revoking.id, reason)}
          onClose={() => setRevoking(undefined)}
        >
          <p>
            Whoever asks with <span className="mono">{revoking.prefix}…</span> is refused within a
            second, for good. This cannot be undone.
          </p>
        </ReasonDrawer>
      )}
    </Page>
  );
}

const WIDE = '(min-width: 48em)';

function columns(onRevoke: (key: SecretKey) => void): Column<SecretKey>[] {
  return [
    {
      accessor: 'name',
      title: 'Name',
      render: ({ name, prefix }) => (
        <div>
          <strong>{name}</strong>
          <div className="quiet small mono">{prefix}…</div>
        </div>
      ),
    },
    {
      accessor: 'scopes',
      title: 'May',
      visibleMediaQuery: WIDE,
      render: ({ scopes }) => scopes.join(', '),
    },
    {
      accessor: 'created_at',
      title: 'Made',
      visibleMediaQuery: WIDE,
      render: ({ created_at: at }) => <Instant at={at} />,
    },
    {
      accessor: 'revoked_at',
      title: 'State',
      textAlign: 'right',
      render: (key) =>
        key.revoked_at === null ? (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Revoke ${key.name}`}
            onClick={() => onRevoke(key)}
          >
            Revoke
          </Button>
        ) : (
          <Tag tone="note">Revoked</Tag>
        ),
    },
  ];
}
