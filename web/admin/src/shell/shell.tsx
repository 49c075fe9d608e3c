import { AppShell } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useSession } from '../api/session.ts';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';
import { ShortcutsSheet } from './shortcuts-sheet.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** Only development has one. */
const DemoNotice = lazy(async () => ({ default: (await import('./demo-notice.tsx')).DemoNotice }));

/** What is around every view. */
export function Shell() {
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const { server } = useSession();
  useShortcuts(help.open);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding="md"
    >
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Header isMenuOpen={isMenuOpen} onMenu={menu.toggle} onHelp={help.open} />
      </AppShell.Header>
      <AppShell.Navbar aria-label="Areas">
        <Navigation onChoice={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {server.mode === 'development' && (
          <Suspense>
            <DemoNotice />
          </Suspense>
        )}
        <Outlet />
      </AppShell.Main>
      <Palette onHelp={help.open} />
      <ShortcutsSheet isOpen={isHelpOpen} onClose={help.close} />
    </AppShell>
  );
}
