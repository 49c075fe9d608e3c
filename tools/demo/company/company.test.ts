import { expect, test } from 'vitest';
import { calendarMonthAt, DAY_MS, type Period } from '@whisperforge/kernel/period';
import { chaptersOf, createCompany, eventsOf, type Company } from './company.ts';
import { LEFT_FOR_OUTAGE, type Step } from './lives.ts';
import { monthsOf, tellings } from './told/told.ts';
import { standingAt } from './uses.ts';

const small = { seed: 'one', today: '2026-11-23', people: 60, months: 6 };

/** All of a company, as data. */
function written(company: Company): unknown {
  return [
    company.lives,
    chaptersOf(company).map((chapter) => eventsOf(company, chapter)),
    tellings.map(({ lines }) => lines(company, monthsOf(company.story))),
  ];
}

test('the same terms make the same company, and another seed another', () => {
  const first = written(createCompany(small));
  expect(written(createCompany({ ...small }))).toEqual(first);
  expect(written(createCompany({ ...small, seed: 'two' }))).not.toEqual(first);
});

test('nothing happens before its first day, before somebody signed up, or from today on', () => {
  const company = createCompany(small);
  const { beginMs, endMs } = company.story;
  const signedUp = new Map(company.lives.map(({ person }) => [person.id, person.signedUpMs]));
  const weeks = chaptersOf(company).map((chapter) => eventsOf(company, chapter));
  const deeds = weeks.flatMap(({ steps, uses }) => [
    ...steps.flatMap(({ user, steps: own }) => own.map(({ atMs }) => ({ user, atMs }))),
    ...uses.map(({ user, occurredMs: atMs }) => ({ user, atMs })),
  ]);
  expect(deeds.length).toBeGreaterThan(100);
  expect(deeds.filter(({ user, atMs }) => !(atMs > signedUp.get(user)!))).toEqual([]);
  expect(deeds.filter(({ atMs }) => atMs >= endMs)).toEqual([]);
  expect([...signedUp.values()].filter((atMs) => atMs < beginMs || atMs >= endMs)).toEqual([]);
  const ids = weeks.flatMap(({ uses }) => uses.map(({ key }) => key));
  expect(new Set(ids).size).toBe(ids.length);
});

test('only what lasts ends, and lives go forward', () => {
  const { lives } = createCompany({ ...small, people: 600, months: 24 });
  const pairs = lives.flatMap(({ steps }) => steps.map((step, at) => [steps[at - 1], step]));
  const kinds = new Set(pairs.map(([before, step]) => `${before?.kind} ${step!.kind}`));
  expect([...kinds].toSorted()).toEqual([
    'ended paid',
    'ended trial',
    'paid ended',
    'paid paid',
    'trial ended',
    'trial paid',
    'undefined paid',
    'undefined trial',
  ]);
  const backward = pairs.filter(([before, step]) => before && before.atMs >= step!.atMs);
  expect(backward).toEqual([]);
});

test('the month of the outage tells why revenue fell, and who left', () => {
  for (const today of ['2026-11-23', '2027-01-15', '2027-05-02']) {
    const company = createCompany({ seed: 'whisperforge', today, people: 3_000, months: 24 });
    const month = calendarMonthAt(company.story.incident.startMs);
    expect(new Date(month.startMs).getUTCMonth()).toBe(2);
    expect(payingAt(company, month.endMs)).toBeLessThan(payingAt(company, month.startMs) * 0.95);
    const left = endsIn(company, month);
    const forOutage = left.filter(({ reason }) => reason === LEFT_FOR_OUTAGE);
    expect(forOutage.length).toBeGreaterThan(left.length / 2);
  }
});

test('customers from before the price change have kept their version of the plan', () => {
  const company = createCompany({ ...small, people: 1_500, months: 24 });
  const now = company.lives.flatMap(({ steps }) => {
    const last = steps.at(-1);
    return last?.kind === 'paid' && last.of.plan === 'pro' ? [last.of.version] : [];
  });
  expect(now.filter((version) => version === 1).length).toBeGreaterThan(5);
  expect(now.filter((version) => version === 2).length).toBeGreaterThan(20);
});

test('a company that goes on for a while is still what it was', () => {
  const before = createCompany({ ...small, people: 400 });
  const { endMs } = before.story;
  const after = createCompany({ ...small, people: 400 }, endMs + 60 * DAY_MS);
  const known = after.lives.slice(0, before.lives.length).map(({ person, steps }) => ({
    person,
    steps: steps.filter(({ atMs }) => atMs < endMs),
  }));
  expect(known).toEqual(before.lives);
  expect(after.lives.length).toBeGreaterThan(before.lives.length + 60);
  expect(after.lives.some(({ steps }) => steps.some(({ atMs }) => atMs >= endMs))).toBe(true);
});

test('those who pay in euros do so from their first day on', () => {
  const { lives } = createCompany({ ...small, people: 400, months: 24 });
  const paid = lives.flatMap(({ person, steps }) =>
    steps.flatMap((step) => (step.kind === 'ended' ? [] : [[person.country, step.of.currency]])),
  );
  const inEuros = paid.filter(([, currency]) => currency === 'eur').map(([country]) => country);
  expect(new Set(inEuros)).toEqual(new Set(['DE', 'ES', 'FR', 'NL']));
  const inDollars = new Set(
    paid.flatMap(([country, paidIn]) => (paidIn === 'usd' ? [country] : [])),
  );
  expect(inDollars.intersection(new Set(inEuros)).size).toBe(0);
});

function payingAt({ lives }: Company, atMs: number): number {
  return lives.filter(({ steps }) => standingAt(steps, atMs - 1) !== 'free').length;
}

function endsIn(
  { lives }: Company,
  { startMs, endMs }: Period,
): Extract<Step, { kind: 'ended' }>[] {
  return lives.flatMap(({ steps }) =>
    steps.flatMap((step) =>
      step.kind === 'ended' && step.atMs >= startMs && step.atMs < endMs ? [step] : [],
    ),
  );
}
