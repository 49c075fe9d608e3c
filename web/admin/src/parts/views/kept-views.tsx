import { Button, Checkbox, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bookmark, Plus, Trash2 } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import { deleteView, saveView, viewsQuery, type ViewedList } from '../../api/views.ts';
import { Fault } from '../states.tsx';

type Search = Readonly<Record<string, string>>;

/** Lists that somebody has kept under a name, and a way to keep this one. */
export function KeptViews(props: {
  readonly list: ViewedList;
  /** What is kept of the present view. */
  readonly search: Search;
  readonly onOpen: (search: Search) => void;
}) {
  const [isSaving, saving] = useDisclosure(false);
  const queries = useQueryClient();
  const { data: views = [] } = useQuery(viewsQuery(props.list));
  const removing = useMutation({
    mutationFn: deleteView,
    onSettled: () => queries.invalidateQueries({ queryKey: ['views'] }),
  });
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" size="xs" leftSection={<Bookmark size={14} />}>
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length === 0 && <Menu.Label>None is kept yet</Menu.Label>}
          {views.map(({ id, name, query, shared }) => (
            <Menu.Item
              key={id}
              onClick={() => props.onOpen(query)}
              rightSection={shared ? <span className="quiet small">shared</span> : null}
            >
              {name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Plus size={14} />} onClick={saving.open}>
            Keep this view …
          </Menu.Item>
          {views
            .filter(({ own }) => own)
            .map(({ id, name }) => (
              <Menu.Item
                key={`delete-${id}`}
                leftSection={<Trash2 size={14} />}
                onClick={() => removing.mutate(id)}
              >
                Forget “{name}”
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <SaveView list={props.list} search={props.search} isOpen={isSaving} onClose={saving.close} />
    </>
  );
}

function SaveView(props: {
  readonly list: ViewedList;
  readonly search: Search;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const { list, search } = props;
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const queries = useQueryClient();
  const keeping = useMutation({
    mutationFn: () => saveView({ list, name: name.trim(), query: search, shared: isShared }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['views'] });
      setName('');
      props.onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!keeping.isPending) keeping.mutate();
  };
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Keep this view">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Name"
            required
            maxLength={80}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox
            label="For all of the staff"
            checked={isShared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          <Fault error={keeping.error} />
          <Button type="submit" loading={keeping.isPending}>
            Keep it
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
