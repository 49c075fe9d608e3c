import type { Page } from 'playwright-core';
import type { PreviewAnswer } from '../src/deeds/preview.ts';
import { ACCOUNT_PAGE_SITUATIONS } from './account-page.fixture.ts';
import { WELL } from './answers.fixture.ts';
import {
  CHANGE_PREVIEW,
  DISCOUNT_PREVIEW,
  END_DISCOUNT_PREVIEW,
  PAUSE_PREVIEW,
  REFUND_PREVIEW,
  RELINK_PREVIEW,
  UNLINK_PREVIEW,
  UNPAUSE_PREVIEW,
} from './money-answers.fixture.ts';
import { PROFILE } from './profile-answers.fixture.ts';
import { Refused, type Answers } from './portal.fixture.ts';
import type { Situation } from './situation.fixture.ts';

const USER = 'users/u_3f81a2';
const heading = 'Ada Lovelace';

async function look(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByLabel('Reason').fill('Promised on the phone');
}

/** The drawer of a deed, before and after what would be is shown. */
function drawerOf(
  deed: string,
  answers: Answers = {},
  act = async (page: Page): Promise<void> => page.getByRole('dialog').waitFor(),
): Situation {
  const path = `/${USER}?deed=${deed}`;
  const name = deed.replace(/&.*/, '');
  return { name, path, heading, answers: { ...WELL, ...answers }, act };
}

function previewOf(deed: string, call: string, preview: PreviewAnswer): Situation {
  const situation = drawerOf(deed, { [`POST ${call}`]: preview }, look);
  return { ...situation, name: `${situation.name}-preview` };
}

const trial = { ...PROFILE.billing.subscription!, trial_end: '2026-03-20T08:30:00.000Z' };
const TRIALING = {
  ...PROFILE,
  status: 'trialing',
  billing: { ...PROFILE.billing, subscription: trial },
};
const PAUSED = { ...PROFILE, plan: 'free', status: 'paused' };
const UNKNOWN = {
  ...PROFILE,
  plan: 'free',
  status: 'none',
  subscription: null,
  billing: { ...PROFILE.billing, stripe_customer_id: null, subscription: null },
};
const ENDED = {
  ...UNKNOWN,
  billing: { ...PROFILE.billing, subscription: null },
};

/** Each deed with money, and the parts of the profile that tell of it. */
export const MONEY_SITUATIONS: readonly Situation[] = [
  ...ACCOUNT_PAGE_SITUATIONS,
  drawerOf('discount'),
  {
    ...previewOf('discount', `${USER}/discounts`, DISCOUNT_PREVIEW),
    async act(page) {
      await page.getByRole('textbox', { name: 'Percent' }).fill('25');
      await look(page);
    },
  },
  drawerOf('plan'),
  previewOf('plan', `${USER}/subscription/preview`, CHANGE_PREVIEW),
  drawerOf('trial', { [`GET ${USER}`]: TRIALING }),
  drawerOf('shorten-trial', { [`GET ${USER}`]: TRIALING }),
  drawerOf('cancel'),
  drawerOf('relink', { [`GET ${USER}`]: UNKNOWN }),
  {
    ...drawerOf('relink', {
      [`GET ${USER}`]: UNKNOWN,
      [`POST ${USER}/stripe-customer/relink`]: RELINK_PREVIEW,
    }),
    name: 'relink-preview',
    async act(page) {
      await page.getByRole('textbox', { name: 'Customer at Stripe' }).fill('cus_QpL7mA2bXz81');
      await look(page);
    },
  },
  {
    ...drawerOf('unlink', {
      [`GET ${USER}`]: ENDED,
      [`POST ${USER}/stripe-customer/unlink`]: UNLINK_PREVIEW,
    }),
    act: look,
  },
  {
    ...drawerOf('pause', { [`POST ${USER}/subscription/pause`]: PAUSE_PREVIEW }),
    async act(page) {
      await page.getByLabel('Last day of the pause').fill('2026-04-10');
      await look(page);
    },
  },
  {
    ...drawerOf('unpause', {
      [`GET ${USER}`]: PAUSED,
      [`POST ${USER}/subscription/unpause`]: UNPAUSE_PREVIEW,
    }),
    act: look,
  },
  {
    ...drawerOf('end-discount&of=wf_staff_percent_1000_forever', {
      [`POST ${USER}/discounts/end`]: END_DISCOUNT_PREVIEW,
    }),
    act: look,
  },
  {
    ...drawerOf('replay&of=evt_1', {
      'POST webhooks/replay': { dry_run: true, replayed: [] },
    }),
    act: look,
  },
  drawerOf('refund&of=in_1QpL7m'),
  previewOf('refund&of=in_1QpL7m', 'invoices/in_1QpL7m/refunds', REFUND_PREVIEW),
  drawerOf('resend&of=in_1QpL7m'),
  drawerOf('end-override&of=5'),
  {
    name: 'profile-without-stripe',
    path: `/${USER}`,
    heading,
    answers: {
      ...WELL,
      [`GET ${USER}/subscription`]: new Refused(503, {
        code: 'provider_unavailable',
        detail: 'Stripe does not answer.',
      }),
      [`GET ${USER}/invoices`]: { data: [], next_cursor: null },
    },
  },
];
