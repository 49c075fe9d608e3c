import { Burger, Menu, UnstyledButton } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { ChevronDown, Keyboard, LogOut, Search, ShieldCheck } from 'lucide-react';
import { signOut, useSession } from '../api/session.ts';
import { Tag } from '../parts/values.tsx';
import { openPalette } from './palette.tsx';
import { SchemeItems } from './scheme-items.tsx';

const MODE_TONES = { development: 'accent', test: 'note', live: 'bad' } as const;

export function Header(props: {
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
  readonly onHelp: () => void;
}) {
  const { server } = useSession();
  return (
    <div className="shell-header">
      <Burger
        opened={props.isMenuOpen}
        onClick={props.onMenu}
        hiddenFrom="sm"
        size="sm"
        aria-label={props.isMenuOpen ? 'Close the navigation' : 'Open the navigation'}
      />
      <Link to="/users" className="shell-brand">
        <span className="wide-only">WhisperForge</span>
        <Tag tone={MODE_TONES[server.mode]}>{server.mode}</Tag>
      </Link>
      <button type="button" className="shell-search" onClick={openPalette}>
        <Search size={15} aria-hidden />
        Search or do …<kbd>{shortcut}</kbd>
      </button>
      <OwnMenu onHelp={props.onHelp} />
    </div>
  );
}

const shortcut = /Mac|iPhone|iPad/.test(globalThis.navigator.userAgent) ? '⌘ K' : 'Ctrl K';

function OwnMenu(props: { readonly onHelp: () => void }) {
  const { staff } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    await signOut();
    await navigate({ to: '/sign-in', search: {} });
    queries.clear();
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className="own-menu" aria-label={`${staff.name}: own menu`}>
          <span className="wide-only">{staff.name}</span>
          <ChevronDown size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {staff.email} · {staff.role}
        </Menu.Label>
        <Menu.Item
          leftSection={<ShieldCheck size={15} />}
          onClick={() => void navigate({ to: '/me' })}
        >
          Own security
        </Menu.Item>
        <Menu.Item leftSection={<Keyboard size={15} />} onClick={props.onHelp}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={15} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
