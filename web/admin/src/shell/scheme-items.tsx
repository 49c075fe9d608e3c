import { Menu, useMantineColorScheme } from '@mantine/core';
import { Monitor, Moon, Sun } from 'lucide-react';

const SCHEMES = [
  { scheme: 'auto', name: 'As the system', icon: Monitor },
  { scheme: 'light', name: 'Light', icon: Sun },
  { scheme: 'dark', name: 'Dark', icon: Moon },
] as const;

export function SchemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choose = (wanted: string): void => {
    const found = SCHEMES.find(({ scheme }) => scheme === wanted);
    if (found !== undefined) setColorScheme(found.scheme);
  };
  return (
    <Menu.RadioGroup value={colorScheme} onChange={choose}>
      {SCHEMES.map(({ scheme, name, icon: Icon }) => (
        <Menu.RadioItem key={scheme} value={scheme} rightSection={<Icon size={15} />}>
          {name}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
