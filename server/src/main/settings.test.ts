import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { SETTINGS } from './settings.ts';

test('staff are shown every variable that is read, and no other', () => {
  const read = new Set<string>();
  readConfig(
    new Proxy<Record<string, undefined>>(
      {},
      {
        get(_target, name) {
          read.add(String(name));
          return undefined;
        },
      },
    ),
  );
  const names = [...read].filter((name) => !name.endsWith('_FILE'));
  expect(new Set(Object.keys(SETTINGS))).toEqual(new Set(names));
  const secrets = new Set([...read].filter((name) => name.endsWith('_FILE')));
  const shownAsSecret = Object.entries(SETTINGS).filter(([, { isSecret }]) => isSecret === true);
  expect(new Set(shownAsSecret.map(([name]) => `${name}_FILE`))).toEqual(secrets);
});
