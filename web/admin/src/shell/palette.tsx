import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard, Search, ShieldCheck, User, Zap } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useMay } from '../api/session.ts';
import { findUsersQuery } from '../api/users.ts';
import { AREAS, FURTHER_VIEWS } from './areas.ts';
import { useOffered } from './view-deeds.ts';

const [store, palette] = createSpotlight();
const TYPING_MS = 120;

export function openPalette(): void {
  palette.open();
}

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: ReactNode;
  readonly run: () => void;
}

/** Users as they are typed, what can be done in this view, and every page. */
export function Palette(props: { readonly onHelp: () => void }) {
  const [query, setQuery] = useState('');
  // What was run takes the focus to what it opens, where else it comes back to where it was.
  const [hasRun, setHasRun] = useState(false);
  const words = query.trim().toLowerCase();
  const matches = ({ label }: Entry): boolean => ` ${label.toLowerCase()}`.includes(` ${words}`);
  const people = useFound(query.trim());
  const deeds: Entry[] = useOffered().map(({ name, run }) => ({
    id: `deed:${name}`,
    label: name,
    icon: <Zap size={16} />,
    run,
  }));
  const pages = usePages(props.onHelp);
  const groups = [
    { label: 'Do', entries: deeds.filter(matches) },
    { label: 'Go to', entries: pages.filter(matches) },
    // Last, since they come later: what the arrows have reached stays where it is.
    people,
  ].filter(({ entries }) => entries.length > 0);
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      clearQueryOnClose
      returnFocus={!hasRun}
      onSpotlightOpen={() => setHasRun(false)}
      scrollable
      maxHeight={420}
    >
      <Modal.Title className="sr-only">Search users, pages and deeds</Modal.Title>
      <Spotlight.Search
        placeholder="Name, e-mail, id, page or deed"
        aria-label="Search users, pages and deeds"
        leftSection={<Search size={17} />}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || isAnyChosen()) return;
          setHasRun(true);
          runFirst(groups);
        }}
      />
      <Spotlight.ActionsList>
        {groups.map(({ label, entries }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {entries.map(({ id, label: name, description, icon, run }) => (
              <Spotlight.Action
                key={id}
                label={name}
                {...(description !== undefined && { description })}
                leftSection={icon}
                onClick={() => {
                  setHasRun(true);
                  run();
                }}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && (
          <Spotlight.Empty>
            {people.isSearching ? 'Searching …' : 'Nothing matches'}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Whether the arrows have led to an entry, which the palette then runs itself. */
function isAnyChosen(): boolean {
  return globalThis.document.querySelector('.mantine-Spotlight-action[data-selected]') !== null;
}

function runFirst(groups: readonly { readonly entries: readonly Entry[] }[]): void {
  const first = groups[0]?.entries[0];
  if (first === undefined) return;
  palette.close();
  first.run();
}

interface People {
  /** Says so where nobody is called as was sought. */
  readonly label: string;
  readonly entries: Entry[];
  readonly isSearching: boolean;
}

function useFound(q: string): People {
  const navigate = useNavigate();
  const [typed] = useDebouncedValue(q, TYPING_MS);
  const { data, isFetching } = useQuery(findUsersQuery(typed));
  const entries = (q === '' ? [] : (data?.data ?? [])).map(({ user, email, name, plan }) => ({
    id: `user:${user}`,
    label: name ?? email ?? user,
    description: [name === null ? null : email, user, plan].filter(Boolean).join(' · '),
    icon: <User size={16} />,
    run: () => void navigate({ to: '/users/$user', params: { user }, search: {} }),
  }));
  const label = data?.is_similar === true ? 'Users called about so' : 'Users';
  return { label, entries, isSearching: isFetching };
}

function usePages(onHelp: () => void): Entry[] {
  const may = useMay();
  const navigate = useNavigate();
  const areas = [...AREAS, ...FURTHER_VIEWS].filter(({ permission }) => may(permission));
  return [
    ...areas.map(({ name, to, icon: Icon }) => ({
      id: to,
      label: name,
      icon: <Icon size={16} />,
      run: () => void navigate({ to }),
    })),
    {
      id: '/me',
      label: 'Own security',
      icon: <ShieldCheck size={16} />,
      run: () => void navigate({ to: '/me' }),
    },
    { id: 'help', label: 'Keyboard shortcuts', icon: <Keyboard size={16} />, run: onHelp },
  ];
}
