import { expect, test } from 'vitest';
import { decideChange } from './decide-change.ts';
import type { Member } from './member.ts';

const member: Member = {
  id: 7,
  email: 'ada@example.com',
  name: 'Ada',
  role: 'owner',
  version: 3,
  hasPassword: true,
  hasSecondFactor: false,
  createdMs: 0,
  signedInMs: null,
  deactivatedMs: null,
};
const facts = { member, ownerIds: [7, 8] };

test('another role ends sessions, another name does not', () => {
  expect(decideChange(facts, { role: 'admin', version: 3 })).toEqual({
    before: { role: 'owner' },
    after: { role: 'admin' },
    changesRights: true,
  });
  expect(decideChange(facts, { name: 'Ada L.', version: 3 })).toMatchObject({
    changesRights: false,
  });
});

test('what is so already is no change', () => {
  expect(decideChange(facts, { role: 'owner', name: 'Ada', version: 3 })).toBeUndefined();
  const gone = { member: { ...member, deactivatedMs: 5 }, ownerIds: [8] };
  expect(decideChange(gone, { isDeactivated: true, version: undefined })).toBeUndefined();
});

test('the last owner is neither demoted nor shut out', () => {
  const alone = { member, ownerIds: [7] };
  const refused = expect.objectContaining({ code: 'last_owner' }) as Error;
  expect(() => decideChange(alone, { role: 'admin', version: 3 })).toThrow(refused);
  expect(() => decideChange(alone, { isDeactivated: true, version: 3 })).toThrow(refused);
  expect(decideChange(alone, { role: 'owner', name: 'A', version: 3 })).toBeDefined();
});

test('what somebody else has changed meanwhile is looked at again first', () => {
  expect(() => decideChange(facts, { name: 'A', version: 2 })).toThrow(
    expect.objectContaining({ code: 'stale_version' }) as Error,
  );
});

test('whoever was shut out comes back by an invitation only', () => {
  const gone = { member: { ...member, deactivatedMs: 5 }, ownerIds: [8] };
  expect(() => decideChange(gone, { role: 'admin', version: 3 })).toThrow(
    expect.objectContaining({ code: 'member_inactive' }) as Error,
  );
});
