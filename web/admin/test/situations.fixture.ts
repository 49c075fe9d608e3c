import { SESSION, USERS, WELL } from './answers.fixture.ts';
import { MONEY_SITUATIONS } from './money.fixture.ts';
import { PROFILE } from './profile-answers.fixture.ts';
import { Refused, type Answers } from './portal.fixture.ts';
import type { Situation } from './situation.fixture.ts';

export type { Situation };

const NOBODY: Answers = {
  ...WELL,
  'GET session': new Refused(401, {
    code: 'staff_session_missing',
    detail: 'Nobody is signed in.',
  }),
};

const STANDING = { plan: 'business', plan_source: 'subscription', restriction: null };

const BOOST_PREVIEW = {
  lines: [{ feature: 'audio_minutes', before: 1_100, after: 1_200 }],
  before: STANDING,
  after: STANDING,
};

/** Every page in the states that it has. */
export const SITUATIONS: readonly Situation[] = [
  { name: 'sign-in', path: '/sign-in', heading: 'Sign in', answers: NOBODY },
  {
    name: 'sign-in-elsewhere',
    path: '/sign-in',
    heading: 'Sign in',
    answers: {
      ...NOBODY,
      'GET sign-in-methods': {
        password: true,
        oidc: { name: 'Example ID', start_url: '/admin/oidc/start' },
      },
      'POST session': new Refused(401, {
        code: 'credentials_wrong',
        detail: 'The address or the password is wrong.',
      }),
    },
    async act(page) {
      await page.getByLabel('E-mail').fill('owner@example.com');
      await page.getByRole('textbox', { name: 'Password' }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByText('The address or the password is wrong.').waitFor();
    },
  },
  {
    name: 'code',
    path: '/sign-in',
    heading: 'Sign in',
    answers: { ...NOBODY, 'POST session': { state: 'code_needed', session: null } },
    async act(page) {
      await page.getByLabel('E-mail').fill('owner@example.com');
      await page.getByRole('textbox', { name: 'Password' }).fill('right');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: 'Code of your app' }).waitFor();
    },
  },
  {
    name: 'invitation',
    path: '/invitations#some-token',
    heading: 'Welcome to the staff',
    answers: {
      ...NOBODY,
      'GET invitations/some-token': { email: 'new@example.com', role: 'support' },
    },
  },
  {
    name: 'forgotten',
    path: '/password-resets',
    heading: 'Reset the password',
    answers: NOBODY,
  },
  {
    name: 'reset',
    path: '/password-resets/new#some-token',
    heading: 'Choose a new password',
    answers: NOBODY,
  },
  { name: 'users', path: '/users', heading: 'Users', answers: WELL },
  {
    name: 'users-none',
    path: '/users?q=nobody',
    heading: 'Users',
    answers: { ...WELL, 'GET users': { data: [], next_cursor: null } },
  },
  {
    name: 'users-similar',
    path: '/users?q=lovelaec',
    heading: 'Users',
    answers: { ...WELL, 'GET users': { data: USERS, next_cursor: null, is_similar: true } },
    async act(page) {
      await page.getByText('Nobody is called').waitFor();
    },
  },
  {
    name: 'users-failed',
    path: '/users',
    heading: 'Users',
    answers: {
      ...WELL,
      'GET users': new Refused(500, { code: 'internal_error', detail: 'Something went wrong.' }),
    },
  },
  {
    name: 'users-selected',
    path: '/users?plan=business',
    heading: 'Users',
    answers: WELL,
    async act(page) {
      await page.getByRole('checkbox', { name: 'Select Ada Lovelace' }).check();
      await page.getByText('1 user selected').waitFor();
    },
  },
  {
    name: 'palette',
    path: '/users',
    heading: 'Users',
    answers: WELL,
    async act(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Search users, pages and deeds' }).fill('a');
      await page.getByRole('button', { name: /^Ada Lovelace/ }).waitFor();
    },
  },
  {
    name: 'shortcuts',
    path: '/users',
    heading: 'Users',
    answers: WELL,
    async act(page) {
      await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    },
  },
  { name: 'profile', path: '/users/u_3f81a2', heading: 'Ada Lovelace', answers: WELL },
  {
    name: 'profile-restricted',
    path: '/users/u_3f81a2?kinds=payment,plan',
    heading: 'Ada Lovelace',
    answers: {
      ...WELL,
      'GET session': { ...SESSION, server: { ...SESSION.server, mode: 'live' } },
      'GET users/u_3f81a2': {
        ...PROFILE,
        status: 'past_due',
        restriction: 'past_due',
        entitlements: [],
        notes: [],
        overrides: [],
        billing: { ...PROFILE.billing, open_invoices: 1, open_amount_minor: 4_900 },
      },
      'GET users/u_3f81a2/timeline': { data: [], next_cursor: null },
    },
  },
  {
    name: 'boost',
    path: '/users/u_3f81a2?deed=boost',
    heading: 'Ada Lovelace',
    answers: WELL,
    async act(page) {
      await page.getByRole('dialog', { name: 'Boost a quota' }).waitFor();
    },
  },
  {
    name: 'boost-preview',
    path: '/users/u_3f81a2?deed=boost',
    heading: 'Ada Lovelace',
    answers: { ...WELL, 'POST users/u_3f81a2/boosts': BOOST_PREVIEW },
    async act(page) {
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByLabel('Reason').fill('Our outage of Friday');
    },
  },
  {
    name: 'conflict',
    path: '/users/u_3f81a2?deed=boost',
    heading: 'Ada Lovelace',
    answers: {
      ...WELL,
      'GET users/u_3f81a2': profileThatChanges(),
      'POST users/u_3f81a2/boosts': new Refused(409, {
        code: 'stale_version',
        detail: 'It was changed meanwhile.',
      }),
    },
    async act(page) {
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByRole('dialog', { name: 'Somebody changed this meanwhile' }).waitFor();
    },
  },
  ...MONEY_SITUATIONS,
  { name: 'audit', path: '/audit', heading: 'Audit', answers: WELL },
  {
    name: 'audit-entry',
    path: '/audit?entry=9',
    heading: 'Audit',
    answers: WELL,
    async act(page) {
      await page.getByRole('dialog', { name: 'access.boost_granted' }).waitFor();
    },
  },
  { name: 'staff', path: '/staff', heading: 'Staff', answers: WELL },
  {
    name: 'member',
    path: '/staff',
    heading: 'Staff',
    answers: WELL,
    async act(page) {
      await page.getByText('sam@example.com').click();
      await page.getByRole('dialog', { name: 'Sam Support' }).waitFor();
    },
  },
  { name: 'roles', path: '/staff/roles', heading: 'What roles may', answers: WELL },
  { name: 'me', path: '/me', heading: 'Own security', answers: WELL },
  {
    name: 'second-factor',
    path: '/me',
    heading: 'Own security',
    answers: {
      ...WELL,
      'POST second-factor': {
        secret: 'JBSWY3DPEHPK3PXP',
        uri: 'otpauth://totp/WhisperForge:owner@example.com?secret=JBSWY3DPEHPK3PXP&issuer=WF',
      },
    },
    async act(page) {
      await page.getByRole('button', { name: 'Turn it on' }).click();
      await page.getByRole('img', { name: /as a picture/ }).waitFor();
    },
  },
  { name: 'not-found', path: '/users/u_3f81a2/nothing', heading: 'Not found', answers: WELL },
];

/** Somebody else has been at it between the first look and the second. */
function profileThatChanges(): () => unknown {
  let asked = 0;
  return () => {
    asked += 1;
    return asked === 1 ? PROFILE : { ...PROFILE, name: 'Ada King', plan: 'pro', version: 8 };
  };
}
