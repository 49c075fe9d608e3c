import { Anchor, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { QueryClient } from '@tanstack/react-query';
import { problemOf } from '../api/problem.ts';
import type { Undo } from '../api/contract/undo.ts';
import { ask } from '../api/request.ts';

const LONG_ENOUGH_MS = 15_000;

/** Says that something is done, with a way back where there is one. */
export function tellDone(told: {
  readonly done: string;
  readonly undo: Undo | null;
  /** As the deed has left it, where the undo does not name it. */
  readonly version?: number | undefined;
  /** Of the invoice that must be paid before it takes effect, where there is one. */
  readonly openUrl?: string | undefined;
  readonly queries: QueryClient;
}): void {
  const { done, undo, version, openUrl, queries } = told;
  const id = `done-${done}`;
  if (openUrl !== undefined) {
    notifications.show({
      id,
      title: 'It takes effect once it is paid',
      message: (
        <Anchor href={openUrl} size="sm" rel="noreferrer" target="_blank">
          The invoice that is open
        </Anchor>
      ),
      color: 'yellow',
      autoClose: false,
      closeButtonProps: { 'aria-label': 'Close' },
    });
    return;
  }
  notifications.show({
    id,
    title: done,
    message:
      undo === null ? (
        ''
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            void takeBack({ ...undo, body: { version, ...undo.body } }, queries);
          }}
        >
          Undo
        </Button>
      ),
    autoClose: LONG_ENOUGH_MS,
    closeButtonProps: { 'aria-label': 'Close' },
  });
}

async function takeBack({ method = 'POST', path, body }: Undo, queries: QueryClient) {
  try {
    const own = path.replace(/^\/admin\/v1/, '');
    const said = { reason: 'Undone right after it was done', ...body };
    await (method === 'DELETE' ? ask(method, own) : ask(method, own, said));
    notifications.show({ title: 'Undone', message: '', autoClose: LONG_ENOUGH_MS });
  } catch (thrown) {
    const { message } = problemOf(thrown);
    notifications.show({ title: 'This could not be undone', message, color: 'red' });
  }
  await queries.invalidateQueries();
}
