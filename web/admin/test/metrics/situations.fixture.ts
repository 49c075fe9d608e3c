import type { Page } from 'playwright-core';
import type { DemoCompany } from '../../src/api/operations/demo.ts';
import { Refused } from '../portal.fixture.ts';
import type { Situation } from '../situations.fixture.ts';
import { MEASURED } from './answers.fixture.ts';

const seen =
  (name: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('region', { name }).first().waitFor();
  };

const FILLING: DemoCompany = {
  state: 'filling',
  share: 0.43,
  doing: 'customers first',
  folder: '/home/somebody/whisperforge-subscriptions/.data',
};

/** The views of figures, in the states that they have. */
export const METRICS_SITUATIONS: readonly Situation[] = [
  {
    name: 'insights',
    path: '/insights?compare=year',
    heading: 'Insights',
    answers: MEASURED,
    async act(page) {
      await page.getByText('Ada Lovelace').first().waitFor();
      await page.getByRole('button', { name: /^February 2026: .*churn/ }).focus();
    },
  },
  {
    name: 'insights-failed',
    path: '/insights',
    heading: 'Insights',
    answers: {
      ...MEASURED,
      'GET metrics/movements': new Refused(500, {
        code: 'internal_error',
        detail: 'Something went wrong.',
      }),
    },
  },
  {
    name: 'dashboard',
    path: '/insights/revenue?plan=pro',
    heading: 'Revenue',
    answers: { ...MEASURED, 'GET demo': { demo: FILLING } },
    async act(page) {
      await seen('Monthly recurring revenue by plan')(page);
      await seen('Demo company')(page);
    },
  },
  {
    name: 'dashboard-retention',
    path: '/insights/retention',
    heading: 'Retention',
    answers: MEASURED,
    act: seen('Retention curves'),
  },
  {
    name: 'dashboard-growth',
    path: '/insights/growth?country=DE',
    heading: 'Growth',
    answers: MEASURED,
    act: seen('From signing up to paying'),
  },
  {
    name: 'metric',
    path: '/insights/metrics/mrr?breakdown=plan&feature=audio_minutes',
    heading: 'Monthly recurring revenue',
    answers: MEASURED,
    act: seen('Monthly recurring revenue by plan'),
  },
  {
    name: 'metric-filters',
    path: '/insights/metrics/consumption?country=,&attributes=industry:law,media',
    heading: 'Consumption',
    answers: MEASURED,
    async act(page) {
      await page.getByRole('combobox', { name: 'Feature' }).waitFor();
      await page.getByRole('button', { name: 'Industry: law, media' }).click();
      await page.getByRole('checkbox', { name: 'No industry' }).waitFor();
    },
  },
  {
    name: 'metric-prices-corrected',
    path: '/insights/metrics/ai_cost',
    heading: 'AI cost',
    answers: MEASURED,
    async act(page) {
      await page.getByRole('button', { name: 'Settle anew …' }).click();
      await page.getByRole('cell', { name: '$298.75' }).waitFor();
    },
  },
  {
    name: 'metric-table',
    path: '/insights/metrics/customer_churn',
    heading: 'Customer churn',
    answers: MEASURED,
    async act(page) {
      await page.getByText('Table', { exact: true }).first().click();
      await page.getByRole('row', { name: /^February 2026/ }).waitFor();
    },
  },
  { name: 'metric-list', path: '/insights/metrics', heading: 'All metrics', answers: MEASURED },
  {
    name: 'movements',
    path: '/insights/movements?at=2026-02-28',
    heading: 'MRR, February 2026',
    answers: MEASURED,
    act: seen('From the start to the end'),
  },
  {
    name: 'metric-rows',
    path: '/insights/metrics/movements/rows?at=2026-02-28&column=churn',
    heading: 'Churn, February 2026',
    answers: MEASURED,
  },
  { name: 'story', path: '/insights/customers/8', heading: 'Elm', answers: MEASURED },
  {
    name: 'annotations',
    path: '/insights/annotations?annotation=3',
    heading: 'Annotations',
    answers: MEASURED,
    async act(page) {
      await page.getByRole('dialog', { name: 'Transcription was down' }).waitFor();
    },
  },
];
