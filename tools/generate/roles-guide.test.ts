import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ALL_PERMISSIONS } from '../../server/src/platform/permissions.ts';
import { describeRoles, ROLES_GUIDE } from './roles-guide.ts';

test('the guide of roles is what the table of permissions says', () => {
  const written = readFileSync(resolve(import.meta.dirname, '../..', ROLES_GUIDE), 'utf8');
  expect(written).toBe(describeRoles());
  for (const permission of ALL_PERMISSIONS) expect(written).toContain(`\`${permission}\``);
});
