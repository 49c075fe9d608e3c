import type { Page } from 'playwright-core';
import { SESSION } from './answers.fixture.ts';
import { Refused } from './portal.fixture.ts';
import { AGREED, CODES, EXPLAINED, PRICED, RULES } from './pricing-answers.fixture.ts';
import type { Situation } from './situations.fixture.ts';

const dialog = (name: string) => async (page: Page) => {
  await page.getByRole('dialog', { name }).waitFor();
};

const READING = {
  ...SESSION,
  staff: { ...SESSION.staff, role: 'support' },
  permissions: ['users.read', 'plans.read', 'money.read'],
};

const none = { data: [], next_cursor: null };
const tester = '/pricing/tester?plan=pro&cycle=monthly&seats=4&code=SPRING-26';

const REFUSED_CODE = new Refused(422, {
  code: 'promotion_code_invalid',
  detail: 'Refused: /effect/percent_off_basis_points and 1 more.',
  errors: [
    {
      field: '/effect/percent_off_basis_points',
      message: '(code ALL) takes 150 % off: it must be more than 0 % and at most 100 %',
    },
    { field: '/conditions/countries/0', message: '(code ALL) GERMANY is not such a code' },
  ],
});

/** The views of how prices come about, in the states that they have. */
export const PRICING_SITUATIONS: readonly Situation[] = [
  { name: 'rules', path: '/pricing', heading: 'Pricing rules', answers: PRICED },
  {
    name: 'rules-none',
    path: '/pricing?type=promotion',
    heading: 'Pricing rules',
    answers: { ...PRICED, 'GET session': READING, 'GET pricing-rules': none },
  },
  {
    name: 'rule',
    path: '/pricing?rule=spring',
    heading: 'Pricing rules',
    answers: PRICED,
    act: dialog('Spring in Germany and Austria'),
  },
  {
    name: 'rule-new',
    path: '/pricing?deed=new',
    heading: 'Pricing rules',
    answers: PRICED,
    act: dialog('New rule'),
  },
  {
    name: 'rule-preview',
    path: '/pricing?rule=yearly_discount&deed=change',
    heading: 'Pricing rules',
    answers: {
      ...PRICED,
      'PUT pricing-rules/yearly_discount': {
        before: RULES[0],
        after: { ...RULES[0], effect: { percent_off_basis_points: 1_667 } },
        plans: ['pro', 'business'],
      },
    },
    async act(page) {
      await page.getByRole('textbox', { name: 'Percent off twelve months' }).fill('16.67');
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByText('Yearly prices change by it').waitFor();
    },
  },
  {
    name: 'rule-conflict',
    path: '/pricing?rule=spring&deed=change',
    heading: 'Pricing rules',
    answers: {
      ...PRICED,
      'GET pricing-rules': rulesThatChange(),
      'PUT pricing-rules/spring': new Refused(409, {
        code: 'stale_version',
        detail: 'It was changed meanwhile.',
      }),
    },
    async act(page) {
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByRole('dialog', { name: 'Somebody changed this meanwhile' }).waitFor();
    },
  },
  { name: 'tester', path: tester, heading: 'Price tester', answers: PRICED },
  { name: 'tester-empty', path: '/pricing/tester', heading: 'Price tester', answers: PRICED },
  {
    name: 'tester-refused',
    path: '/pricing/tester?plan=enterprise',
    heading: 'Price tester',
    answers: {
      ...PRICED,
      'POST quotes/explain': {
        ...EXPLAINED,
        quote: null,
        refusal: { code: 'price_by_agreement', detail: 'The price of enterprise is agreed upon.' },
      },
    },
  },
  { name: 'codes', path: '/pricing/codes', heading: 'Promotion codes', answers: PRICED },
  {
    name: 'code-detail',
    path: '/pricing/codes?code=SPRING-26',
    heading: 'Promotion codes',
    answers: PRICED,
    async act(page) {
      await page.getByText('grace@navy.example').waitFor();
    },
  },
  {
    name: 'code-new',
    path: '/pricing/codes?deed=new',
    heading: 'Promotion codes',
    answers: { ...PRICED, 'POST promotion-codes': REFUSED_CODE },
    async act(page) {
      await page.getByRole('textbox', { name: 'Code', exact: true }).fill('all');
      await page.getByRole('textbox', { name: 'Name' }).fill('All of it');
      await page.getByRole('textbox', { name: 'Percent off' }).fill('150');
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'codes-generate',
    path: '/pricing/codes?deed=generate',
    heading: 'Promotion codes',
    answers: {
      ...PRICED,
      'POST promotion-codes/generate': { count: 250, batch: 'fair-2026', example: CODES[2] },
    },
    async act(page) {
      await page.getByRole('textbox', { name: 'Batch' }).last().fill('fair-2026');
      await page.getByRole('textbox', { name: 'Name' }).fill('A tenth off');
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByText('250 codes').waitFor();
    },
  },
  { name: 'agreed', path: '/pricing/agreed', heading: 'Agreed prices', answers: PRICED },
  {
    name: 'agreed-user',
    path: '/pricing/agreed?user=u_3f81a2',
    heading: 'Agreed prices',
    answers: PRICED,
  },
  {
    name: 'agree',
    path: '/pricing/agreed?user=u_3f81a2',
    heading: 'Agreed prices',
    answers: { ...PRICED, 'GET users/u_3f81a2/prices': { data: [AGREED], next_cursor: null } },
    async act(page) {
      await page.getByRole('button', { name: 'Agree upon a price' }).click();
      await page.getByRole('dialog', { name: 'Agree upon a price' }).waitFor();
    },
  },
];

/** Somebody else has been at it between the first look and the second. */
function rulesThatChange(): () => unknown {
  let asked = 0;
  return () => {
    asked += 1;
    const other = { percent_off_basis_points: 1_500, duration: 'once' };
    const data = RULES.map((rule) =>
      rule.key === 'spring' && asked > 1 ? { ...rule, version: 13, effect: other } : rule,
    );
    return { data, next_cursor: null };
  };
}
