import { Button, Menu } from '@mantine/core';
import { ListChecks } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { Chosen } from '../../../api/bulk.ts';
import { useMay } from '../../../api/session.ts';
import { BULK_KINDS, type BulkKind } from './kinds.ts';

/** Its fields are many, and are loaded when somebody has something to do to many. */
const BulkDrawer = lazy(async () => {
  const loaded = await import('./bulk-drawer.tsx');
  return { default: loaded.BulkDrawer };
});

/** What somebody may do to all who are meant. */
export function BulkMenu(props: { readonly label: string; readonly chosen: Chosen }) {
  const may = useMay();
  const [kind, setKind] = useState<BulkKind>();
  const kinds = BULK_KINDS.filter(({ permission }) => may(permission));
  if (!may('bulk.write') || kinds.length === 0) return null;
  const open = BULK_KINDS.find((each) => each.kind === kind);
  return (
    <>
      <Menu position="bottom-start" width={220}>
        <Menu.Target>
          <Button variant="default" size="xs" leftSection={<ListChecks size={14} />}>
            {props.label}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kinds.map((each) => (
            <Menu.Item key={each.kind} onClick={() => setKind(each.kind)}>
              {each.title} …
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {open !== undefined && (
        <Suspense>
          <BulkDrawer of={open} chosen={props.chosen} onClose={() => setKind(undefined)} />
        </Suspense>
      )}
    </>
  );
}
