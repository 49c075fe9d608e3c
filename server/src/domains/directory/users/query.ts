import Type, { type Static } from 'typebox';
import { parseInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import { Input, Instant, paging, Text, USUAL_ON_A_PAGE } from '../../../platform/schemas.ts';
import { FILTER_INVALID } from '../errors.ts';
import { SORTS, sortNamed, type Range, type Sort, type UserFilter } from './filter.ts';

const LONGEST_LIST = 500;

const List = (description: string) =>
  Type.Optional(
    Text({ maxLength: LONGEST_LIST, description: `${description}; several by commas.` }),
  );
const Word = (description: string) =>
  Type.Optional(Text({ minLength: 1, maxLength: 200, description }));
const Minor = Type.Optional(
  Type.Integer({ minimum: 0, description: "Minor units of the account's own currency." }),
);
const Percent = Type.Optional(
  Type.Number({ minimum: 0, maximum: 10_000, description: 'Of the fullest limited quota.' }),
);

const filterFields = {
  q: Type.Optional(
    Text({
      maxLength: 200,
      description:
        "Part of a name or e-mail, an id of the app's, an account's number, or an id of Stripe's " +
        '(customer, subscription, invoice, event). Where nothing is called so, misspellings are ' +
        'forgiven.',
    }),
  ),
  plan: List('The plan in force'),
  status: List("The subscription's status, or none"),
  source: List('Who keeps the subscription: stripe, manual, gift or none'),
  billing_cycle: Word('monthly or yearly'),
  restriction: Word('past_due or inactive'),
  plan_source: Word('Why the plan is in force: default, subscription or override'),
  came_from: Word('Where the user came from'),
  country: Word('As the app has told'),
  currency: Word('Of the recurring amount, such as usd'),
  created_from: Type.Optional(Instant),
  created_to: Type.Optional(Instant),
  renews_from: Type.Optional(Instant),
  renews_to: Type.Optional(Instant),
  mrr_min: Minor,
  mrr_max: Minor,
  usage_min: Percent,
  usage_max: Percent,
};

const sort = Type.Optional(
  Text({
    maxLength: 20,
    description:
      `One of ${SORTS.join(', ')}; with a minus downwards. Without, by how well they fit q, and ` +
      'else newest first.',
  }),
);

/** Which users. */
export const FilterFields = Input(filterFields);

/** Which users, and in which order. */
export const SelectionFields = Input({ ...filterFields, sort });

export const UsersQuery = Input({ ...filterFields, sort, ...paging });

type Said = Static<typeof SelectionFields>;

export interface Selection {
  readonly filter: UserFilter;
  readonly sort: Sort | undefined;
}

export function selectionOf(said: Said): Selection {
  return { filter: filterOf(said), sort: sortOf(said.sort) };
}

export function limitOf({ limit }: { readonly limit?: number | undefined }): number {
  return limit ?? USUAL_ON_A_PAGE;
}

export function filterOf(said: Omit<Said, 'sort'>): UserFilter {
  return {
    sought: said.q,
    plans: listOf(said.plan),
    statuses: listOf(said.status),
    sources: listOf(said.source),
    billingCycle: said.billing_cycle,
    restriction: said.restriction,
    planSource: said.plan_source,
    cameFrom: said.came_from,
    country: said.country,
    currency: said.currency,
    signedUp: range(instant(said.created_from), instant(said.created_to)),
    renews: range(instant(said.renews_from), instant(said.renews_to)),
    // What is named is included, where amounts and shares are whole numbers.
    mrrMinor: range(said.mrr_min, after(said.mrr_max)),
    usageShare: range(basisPoints(said.usage_min), after(basisPoints(said.usage_max))),
  };
}

function sortOf(text: string | undefined): Sort | undefined {
  if (text === undefined) return undefined;
  const named = sortNamed(text);
  if (named !== undefined) return named;
  throw new AppError(FILTER_INVALID, {
    message: `Lists of users are not sorted by ${text}.`,
    fields: [{ field: '/sort', message: `is one of ${SORTS.join(', ')}, with a minus or without` }],
  });
}

function listOf(text: string | undefined): readonly string[] | undefined {
  const values = text?.split(',').filter((value) => value !== '');
  return values === undefined || values.length === 0 ? undefined : values;
}

function range(from: number | undefined, below: number | undefined): Range | undefined {
  return from === undefined && below === undefined ? undefined : { from, below };
}

function instant(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInstant(text);
}

function after(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value + 1;
}

function basisPoints(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : Math.round(percent * 100);
}
