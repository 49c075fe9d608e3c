import type { Page } from 'playwright-core';
import { SESSION } from './answers.fixture.ts';
import { DIFFERENCE, DRAFT, EFFECTS, MIGRATIONS, SELLING } from './plans-answers.fixture.ts';
import { Refused, type Answers } from './portal.fixture.ts';
import type { Situation } from './situations.fixture.ts';
import { COUNTING } from './sold-answers.fixture.ts';

const dialog = (name: string) => async (page: Page) => {
  await page.getByRole('dialog', { name }).waitFor();
};

/** Somebody who may look at everything here, and change nothing. */
export const READING = {
  ...SESSION,
  staff: { ...SESSION.staff, role: 'analyst' },
  permissions: ['users.read', 'plans.read', 'money.read'],
};

const none = { data: [], next_cursor: null };
const versions = '/plans/versions/pro';
const draft = '/plans/drafts/pro';

/** The views of what is sold, in the states that they have. */
export const PLANS_SITUATIONS: readonly Situation[] = [
  { name: 'plans', path: '/plans', heading: 'Plans', answers: SELLING },
  {
    name: 'plan-new',
    path: '/plans?deed=new',
    heading: 'Plans',
    answers: SELLING,
    async act(page) {
      await page.getByRole('textbox', { name: 'Slug' }).fill('pro');
      await page.getByText('There is a plan of this name.').waitFor();
    },
  },
  { name: 'plan', path: versions, heading: 'Pro', answers: SELLING },
  {
    name: 'plan-read-only',
    path: versions,
    heading: 'Pro',
    answers: { ...SELLING, 'GET session': READING },
  },
  {
    name: 'move',
    path: `${versions}?move=2`,
    heading: 'Pro',
    answers: SELLING,
    act: dialog('Move subscribers of version 2'),
  },
  {
    name: 'move-preview',
    path: `${versions}?move=2`,
    heading: 'Pro',
    answers: {
      ...SELLING,
      'POST plan-migrations': {
        migration: null,
        subscribers: 1_043,
        recurring: EFFECTS.versions[1]!.recurring,
      },
    },
    async act(page) {
      await page.getByRole('radio', { name: 'Now' }).check();
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByLabel('Reason').fill('As announced in January');
    },
  },
  { name: 'draft', path: draft, heading: 'Draft of Pro', answers: SELLING },
  {
    name: 'draft-faulty',
    path: draft,
    heading: 'Draft of Pro',
    answers: {
      ...SELLING,
      'PUT plan-drafts/7': new Refused(422, {
        code: 'catalog_invalid',
        detail: 'The draft is refused.',
        errors: [
          { field: '/content/name', message: 'must not be empty' },
          { field: '/content/monthly_prices/usd', message: 'must be an amount, such as 19.00' },
          { field: '/content/features/audio_minutes/limit', message: 'must be an amount' },
        ],
      }),
    },
    async act(page) {
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill(' ');
      await page.getByRole('textbox', { name: 'Limit of Audio minutes' }).fill('many');
      await page.getByRole('textbox', { name: 'Reason' }).fill('More minutes');
      await page.getByRole('button', { name: 'Save the draft' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'draft-difference',
    path: `${draft}?view=difference`,
    heading: 'Draft of Pro',
    answers: {
      ...SELLING,
      'GET session': READING,
      'GET plan-drafts/7/difference': { ...DIFFERENCE, outdated: true },
    },
  },
  {
    name: 'draft-effects',
    path: `${draft}?view=effects`,
    heading: 'Draft of Pro',
    answers: SELLING,
  },
  {
    name: 'draft-publish',
    path: `${draft}?deed=publish`,
    heading: 'Draft of Pro',
    answers: { ...SELLING, 'POST plan-drafts/7/publish': DIFFERENCE },
    async act(page) {
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByText('version 4').waitFor();
    },
  },
  {
    name: 'draft-gone',
    path: draft,
    heading: 'Draft of pro',
    answers: { ...SELLING, 'GET plan-drafts': none },
  },
  {
    name: 'draft-ended',
    path: draft,
    heading: 'Draft of Pro',
    answers: { ...SELLING, ...draftThatEnds() },
    async act(page) {
      await page.getByRole('textbox', { name: 'Limit of Audio minutes' }).fill('500');
      await page.getByRole('textbox', { name: 'Reason' }).fill('More minutes');
      await page.getByRole('button', { name: 'Save the draft' }).click();
      await page.getByRole('button', { name: 'Go on with both' }).waitFor();
    },
  },
  { name: 'features', path: '/plans/features', heading: 'Features', answers: SELLING },
  {
    name: 'feature',
    path: '/plans/features?feature=audio_minutes',
    heading: 'Features',
    answers: SELLING,
    act: dialog('Audio minutes'),
  },
  {
    name: 'feature-change',
    path: '/plans/features?feature=audio_minutes&deed=change',
    heading: 'Features',
    answers: SELLING,
    act: dialog('Change Audio minutes'),
  },
  { name: 'packs', path: '/plans/packs', heading: 'Packs', answers: COUNTING },
  {
    name: 'pack-new',
    path: '/plans/packs?deed=new',
    heading: 'Packs',
    answers: {
      ...COUNTING,
      'POST packs': new Refused(422, {
        code: 'catalog_invalid',
        detail: 'The pack is refused.',
        errors: [
          { field: '/pack/amount', message: 'must be an amount with at most six decimals' },
          { field: '/pack/prices', message: 'must have a price' },
        ],
      }),
    },
    async act(page) {
      await page.getByRole('textbox', { name: 'Key' }).fill('minutes_250');
      await page.getByRole('textbox', { name: 'Name' }).fill('250 minutes');
      await page.getByLabel('Feature').selectOption('audio_minutes');
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByText('Must have a price').first().waitFor();
    },
  },
  {
    name: 'pack-withdraw',
    path: '/plans/packs?pack=minutes_100&deed=withdraw',
    heading: 'Packs',
    answers: COUNTING,
    act: dialog('Withdraw 100 minutes'),
  },
  { name: 'events', path: '/plans/events', heading: 'Events', answers: COUNTING },
  {
    name: 'event-change',
    path: '/plans/events?event=ai_call',
    heading: 'Events',
    answers: COUNTING,
    act: dialog('Change Call of a model'),
  },
  {
    name: 'plan-withdraw',
    path: `${versions}?deed=withdraw`,
    heading: 'Pro',
    answers: {
      ...SELLING,
      'POST plans/pro/withdraw': { dry_run: true, plan: 'pro', version: 3, subscribers: 1_284 },
    },
    async act(page) {
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByText('1,284 subscribers').waitFor();
    },
  },
  { name: 'migrations', path: '/plans/migrations', heading: 'Migrations', answers: SELLING },
  {
    name: 'migration',
    path: '/plans/migrations/5',
    heading: 'Pro: version 2 to 3',
    answers: SELLING,
  },
  {
    name: 'migration-done',
    path: '/plans/migrations/3?state=refused',
    heading: 'Pro: version 1 to 2',
    answers: {
      ...SELLING,
      'GET plan-migrations/3': {
        migration: MIGRATIONS[2],
        progress: { total: 12, waiting: 0, moved: 12, scheduled: 0, skipped: 0, refused: 0 },
      },
      'GET plan-migrations/3/subscribers': none,
    },
  },
];

/** One that somebody has published and begun anew before it is saved. */
function draftThatEnds(): Answers {
  let isOver = false;
  const { content } = DRAFT;
  const next = { ...DRAFT, id: '8', content: { ...content, name: 'Pro for podcasts' } };
  return {
    'GET plan-drafts': () => ({ data: [isOver ? next : DRAFT], next_cursor: null }),
    'PUT plan-drafts/7': () => {
      isOver = true;
      const detail = 'There is no open draft 7.';
      return new Refused(404, { code: 'plan_draft_unknown', detail });
    },
  };
}
