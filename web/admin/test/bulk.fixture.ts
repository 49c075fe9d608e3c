import type { BulkDeed, BulkPreview, BulkUser } from '../src/api/bulk.ts';
import { NOW, WELL } from './answers.fixture.ts';
import { SELLING } from './plans-answers.fixture.ts';
import type { Situation } from './situations.fixture.ts';

const DEED: BulkDeed = {
  id: '7',
  kind: 'boost',
  undoes: null,
  terms: { feature: 'audio_minutes', amount: 100 },
  reason: 'The outage of Sunday',
  state: 'running',
  users: 10_000,
  version: 1,
  staff: { id: '1', name: 'Olive Owner' },
  carried_on_by: { id: '1', name: 'Olive Owner' },
  created_at: NOW,
  finished_at: null,
};

const PREVIEW: BulkPreview = {
  users: 1_204,
  refused: 4,
  sample: [
    { user: 'u_3f81a2', name: 'Ada Lovelace', email: 'ada.lovelace@analytical.example' },
    { user: 'auth0|63f2', name: null, email: 'grace@navy.example' },
  ],
  refusals: [
    {
      code: 'plan_change_in_force',
      detail: 'A plan change is in force for this account; end it first.',
      users: 4,
    },
  ],
  refused_users: [],
};

const USERS: readonly BulkUser[] = [
  {
    user: 'u_3f81a2',
    name: 'Ada Lovelace',
    email: 'ada.lovelace@analytical.example',
    state: 'done',
    detail: null,
    settled_at: NOW,
  },
  {
    user: 'u_9bb0',
    name: 'Professor Emeritus Bartholomew Featherstonehaugh-Cholmondeley',
    email: 'a.very.long.address@subdomain.of.some.university.example',
    state: 'refused',
    detail: 'A plan change is in force for this account; end it first.',
    settled_at: NOW,
  },
];

const ANSWERS = {
  ...WELL,
  ...SELLING,
  'GET bulk-deeds': { data: [DEED, { ...DEED, id: '6', state: 'done' }], next_cursor: null },
  'GET bulk-deeds/7': {
    bulk_deed: DEED,
    progress: { total: 10_000, waiting: 5_800, done: 4_150, refused: 50 },
    refusals: [{ code: 'plan_change_in_force', users: 50 }],
    undone_by: null,
  },
  'GET bulk-deeds/6': {
    bulk_deed: { ...DEED, id: '6', state: 'done', finished_at: NOW },
    progress: { total: 10_000, waiting: 0, done: 9_950, refused: 50 },
    refusals: [{ code: 'plan_change_in_force', users: 50 }],
    undone_by: null,
  },
  'GET bulk-deeds/6/users': { data: USERS, next_cursor: null },
  'POST bulk-deeds/6/undo': { dry_run: true, preview: PREVIEW, bulk_deed: null },
  'GET bulk-deeds/7/users': { data: USERS, next_cursor: '18' },
  'POST bulk-deeds': { dry_run: true, preview: PREVIEW, bulk_deed: null },
};

/** What is done to many users, in the states that it has. */
export const BULK_SITUATIONS: readonly Situation[] = [
  { name: 'bulk-deeds', path: '/bulk-deeds', heading: 'Bulk deeds', answers: ANSWERS },
  {
    name: 'bulk-deeds-none',
    path: '/bulk-deeds',
    heading: 'Bulk deeds',
    answers: { ...ANSWERS, 'GET bulk-deeds': { data: [], next_cursor: null } },
  },
  {
    name: 'bulk-deed',
    path: '/bulk-deeds/7',
    heading: 'Boost: 10,000 users',
    answers: ANSWERS,
    async act(page) {
      await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
    },
  },
  {
    name: 'bulk-boost',
    path: '/users?plan=business',
    heading: 'Users',
    answers: ANSWERS,
    async act(page) {
      await page.getByRole('button', { name: 'Do to all' }).click();
      await page.getByRole('menuitem', { name: 'Boost a quota' }).click();
      await page.getByRole('dialog', { name: 'Boost a quota' }).waitFor();
    },
  },
  {
    name: 'bulk-preview',
    path: '/users',
    heading: 'Users',
    answers: ANSWERS,
    async act(page) {
      await page.getByRole('button', { name: 'Do to all' }).click();
      await page.getByRole('menuitem', { name: 'Restrict access' }).click();
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByRole('textbox', { name: 'Reason' }).waitFor();
    },
  },
  {
    name: 'bulk-discount',
    path: '/users',
    heading: 'Users',
    answers: ANSWERS,
    async act(page) {
      await page.getByRole('button', { name: 'Do to all' }).click();
      await page.getByRole('menuitem', { name: 'Give a discount' }).click();
      await page.getByRole('radio', { name: 'An amount' }).check();
      await page.getByLabel('Currency').waitFor();
    },
  },
  {
    name: 'bulk-undo',
    path: '/bulk-deeds/6',
    heading: 'Boost: 10,000 users',
    answers: ANSWERS,
    async act(page) {
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByText('It will be taken back from 1,200 users').waitFor();
    },
  },
];
