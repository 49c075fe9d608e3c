import { Modal } from '@mantine/core';
import { useMay } from '../api/session.ts';
import { AREAS } from './areas.ts';

const EVERYWHERE = [
  { keys: ['Ctrl K', '⌘ K'], what: 'Search users, pages and deeds' },
  { keys: ['/'], what: 'Search in this list' },
  { keys: ['?'], what: 'These shortcuts' },
  { keys: ['Esc'], what: 'Close what is open' },
];

const IN_LISTS = [
  { keys: ['j', 'k'], what: 'Next and previous row' },
  { keys: ['Enter'], what: 'Open the row' },
  { keys: ['x'], what: 'Select the row' },
];

const ON_PROFILES = [
  { keys: ['b'], what: 'Boost a quota' },
  { keys: ['n'], what: 'Write a note' },
];

export function ShortcutsSheet(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const may = useMay();
  const going = AREAS.filter(({ permission }) => may(permission)).map(({ name, key }) => ({
    keys: ['g', key],
    what: `Go to ${name}`,
  }));
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Keyboard shortcuts">
      <Keys title="Everywhere" rows={[...EVERYWHERE, ...going]} />
      <Keys title="In lists" rows={IN_LISTS} />
      <Keys title="On a user's profile" rows={ON_PROFILES} />
    </Modal>
  );
}

function Keys(props: {
  readonly title: string;
  readonly rows: readonly { readonly keys: readonly string[]; readonly what: string }[];
}) {
  return (
    <table className="changes keys">
      <caption>{props.title}</caption>
      <tbody>
        {props.rows.map(({ keys, what }) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
