import assert from 'node:assert/strict';
import { systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { eventually } from '../../support/eventually.ts';
import { connectTo } from '../support/connection.ts';
import { readDatabase } from '../support/database-reader.ts';
import type { Random } from '../support/random.ts';
import { spawnServer } from '../support/server-process.ts';
import { openStaffDoor, type StaffDoor } from '../support/staff-door.ts';
import type { Stage } from '../support/stage.ts';
import { createApp, type App } from './app.ts';

export interface JourneySize {
  readonly users: number;
}

const FREE_MINUTES = 60;
const PRO_MINUTES = 300;
const FREE_FILES = 3;
const PRO_FILES = 15;

/**
 * The app's own story, user by user: audio is processed until the free minutes are used up to the
 * second, files fill the knowledge base, models are chosen; then the user moves to Pro and back.
 * Whatever the app asks, the answers agree.
 */
export async function whisperforge(stage: Stage, size: JourneySize): Promise<void> {
  const databaseUrl = await stage.newDatabase();
  const secretKey = `wf_test_${randomText(40)}`;
  await using server = spawnServer({ databaseUrl, secretKey });
  const connection = await connectTo(await server.serving, secretKey);
  await using staff = await openStaffDoor(databaseUrl, systemClock);
  for (let number = 0; number < size.users; number += 1) {
    const app = createApp(connection, `listener-${number}`);
    await liveFree(app, stage.random);
    await livePro(app, staff);
    await expectCosts(databaseUrl, app);
  }
  connection.cut();
  stage.say(`${size.users} users have used up their minutes, moved to Pro and back`);
  assert.deepEqual(server.bugs, []);
}

async function liveFree(app: App, random: Random): Promise<void> {
  await app.expectUnknown();
  await app.signUp();
  await processAudio(app, random);
  await expectMinutesUsedUp(app);
  await fillKnowledgeBase(app);
  await chooseModels(app);
}

/** Each file is held by its estimate and committed by what it took, in cents and tokens too. */
async function processAudio(app: App, random: Random): Promise<void> {
  let leftSteps = FREE_MINUTES * STEPS_A_MINUTE;
  while (leftSteps > 0) {
    const estimateSteps = Math.min(leftSteps, random.between(10, 400));
    const estimate = minutesOf(estimateSteps);
    assert.equal((await app.check('audio_minutes', { amount: estimate })).allowed, true);
    const hold = await app.reserve('audio_minutes', estimate);
    assert.equal(hold.granted, true);
    await app.expectMinutes({ reserved: Number(estimate) });
    // A file in ten turns out to be broken, and many are a little shorter than they seemed.
    if (random.chance(0.1)) {
      await app.release(hold.id!);
      continue;
    }
    const isShorter = random.chance(0.5) && estimateSteps > 10;
    const steps = isShorter ? estimateSteps - random.between(1, 10) : estimateSteps;
    await app.commit(hold.id!, {
      amount: minutesOf(steps),
      cost_cents: (random.between(1, 9_999_999) / 1_000_000).toFixed(6),
      model: random.pick(['gpt-3.5', 'claude-sonnet']),
      provider: 'example',
      tokens_in: random.between(100, 20_000),
      tokens_out: random.between(10, 5_000),
    });
    leftSteps -= steps;
    await app.expectMinutes({ reserved: 0 });
  }
}

/** Of three seconds each, so that two decimals write any number of them as minutes. */
const STEPS_A_MINUTE = 20;

function minutesOf(steps: number): string {
  return (steps / STEPS_A_MINUTE).toFixed(2);
}

async function expectMinutesUsedUp(app: App): Promise<void> {
  await app.expectMinutes({ used: FREE_MINUTES, remaining: 0 });
  const refusal = { reason: 'quota_exceeded', upgrade: 'pro' };
  const check = await app.check('audio_minutes', { amount: 0.000001 });
  assert.partialDeepStrictEqual(check, { allowed: false, plan: 'free', ...refusal });
  const hold = await app.reserve('audio_minutes', '0.000001');
  assert.partialDeepStrictEqual(hold, { granted: false, ...refusal });
  const enforced = await app.track({ amount: 1, enforce: true });
  assert.partialDeepStrictEqual(enforced, { recorded: false, over_limit: true });
  await app.expectMinutes({ used: FREE_MINUTES, remaining: 0 });
}

async function fillKnowledgeBase(app: App): Promise<void> {
  for (let file = 1; file <= FREE_FILES; file += 1) {
    const hold = await app.reserve('kb_files', '1');
    assert.equal(hold.granted, true);
    await app.commit(hold.id!, { amount: 1 });
  }
  assert.partialDeepStrictEqual(await app.reserve('kb_files', '1'), {
    granted: false,
    reason: 'quota_exceeded',
    upgrade: 'pro',
  });
  await app.setLevel('kb_files', FREE_FILES - 1);
  await app.expectFeature('kb_files', { limit: FREE_FILES, used: FREE_FILES - 1, remaining: 1 });
  assert.equal((await app.check('kb_files', { amount: 1 })).allowed, true);
  assert.equal((await app.check('kb_files', { amount: 2 })).allowed, false);
}

async function chooseModels(app: App): Promise<void> {
  const allowed = await app.check('ai_models', { value: 'claude-sonnet' });
  assert.partialDeepStrictEqual(allowed, { allowed: true, value: ['gpt-3.5', 'claude-sonnet'] });
  const refused = await app.check('ai_models', { value: 'claude-opus' });
  assert.partialDeepStrictEqual(refused, {
    allowed: false,
    reason: 'value_not_allowed',
    upgrade: 'pro',
  });
  const prompts = await app.check('custom_prompts', {});
  assert.partialDeepStrictEqual(prompts, {
    allowed: false,
    reason: 'feature_not_in_plan',
    upgrade: 'pro',
  });
}

/** What was used stays used; the limit becomes the new plan's in full, and the old one's again. */
async function livePro(app: App, staff: StaffDoor): Promise<void> {
  const overrideId = await staff.overridePlan(app.user, 'pro', null);
  await app.expectMinutes({ limit: PRO_MINUTES, used: FREE_MINUTES, remaining: 240 });
  assert.equal((await app.check('ai_models', { value: 'claude-opus' })).allowed, true);
  assert.equal((await app.check('custom_prompts', {})).allowed, true);
  await app.track({ amount: 30 });
  await app.setLevel('kb_files', PRO_FILES);
  await app.expectFeature('kb_files', { limit: PRO_FILES, used: PRO_FILES, remaining: 0 });

  await staff.endOverride(app.user, overrideId);
  // A change that is ended now ends a millisecond later.
  await eventually(async () => !(await app.check('custom_prompts', {})).allowed);
  await app.expectMinutes({ limit: FREE_MINUTES, used: 90, remaining: 0 });
  // More than the plan allows is kept, and nothing can be added.
  await app.expectFeature('kb_files', { limit: FREE_FILES, used: PRO_FILES, remaining: 0 });
  assert.equal((await app.reserve('kb_files', '1')).granted, false);
  await app.setLevel('kb_files', FREE_FILES);
}

/** What the AI cost is stored to the last fraction of a cent. */
async function expectCosts(databaseUrl: string, app: App): Promise<void> {
  await using database = await readDatabase(databaseUrl);
  const [sums] = await database.rows<{ minutes: string; cost: string; tokens: number }>(
    `SELECT trim_scale(sum(resource_consumed))::text AS minutes,
       trim_scale(sum(cost_cents))::text AS cost, sum(tokens_in + tokens_out)::int AS tokens
     FROM usage_events e JOIN users u ON u.id = e.user_id WHERE u.external_id = $1`,
    [app.user],
  );
  assert.deepEqual(sums, { minutes: '90', ...app.spent() });
  const tokens = app.spent().tokens;
  await app.expectFeature('ai_tokens', { limit: null, used: tokens, remaining: null });
}
