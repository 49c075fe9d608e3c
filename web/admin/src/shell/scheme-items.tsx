import { Menu, useMantineColorScheme } from '@mantine/core';
import { Check, Monitor, Moon, Sun } from 'lucide-react';

const SCHEMES = [
  { scheme: 'auto', name: 'As the system', icon: Monitor },
  { scheme: 'light', name: 'Light', icon: Sun },
  { scheme: 'dark', name: 'Dark', icon: Moon },
] as const;

export function SchemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return SCHEMES.map(({ scheme, name, icon: Icon }) => (
    <Menu.Item
      key={scheme}
      role="menuitemradio"
      aria-checked={colorScheme === scheme}
      leftSection={<Icon size={15} />}
      rightSection={colorScheme === scheme ? <Check size={15} /> : null}
      onClick={() => setColorScheme(scheme)}
    >
      {name}
    </Menu.Item>
  ));
}
