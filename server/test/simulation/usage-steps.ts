import { answerOf as shownBalance, countsOf } from '../../src/domains/entitlements/index.ts';
import type { TrackOperation } from '../../src/domains/usage/index.ts';
import type { ModelHold } from './model/account.ts';
import { balanceShown, instantShown } from './model/answers.ts';
import { commit, extend, release, reserve, setLevel, track } from './model/book.ts';
import type { ReserveSaid, Said, TrackSaid } from './model/book.ts';
import { checkNow, type Question } from './model/check.ts';
import { openPeriodOf } from './model/time.ts';
import type { Resident } from './resident.ts';
import type { Step } from './step.ts';

export function trackStep(resident: Resident, said: TrackSaid): Step {
  return {
    text: `track ${describe(said)}`,
    isRepeatable: said.key !== undefined,
    isCommand: false,
    expect() {
      remember(resident, { kind: 'track', said });
      return track(resident.model, said);
    },
    act: (process) => process.usage.track(trackOperation(resident, said)),
  };
}

function trackOperation(resident: Resident, said: TrackSaid): TrackOperation {
  return {
    kind: 'track',
    user: resident.name,
    event: resident.world.events.get(said.event)!,
    amount: said.amount,
    idempotencyKey: said.key,
    occurredMs: said.occurredMs,
    enforce: said.enforce,
    tokensIn: said.tokensIn,
    tokensOut: said.tokensOut,
  };
}

/** Many at once: each is answered by itself, in order. */
export function batchStep(resident: Resident, all: readonly TrackSaid[]): Step {
  return {
    text: `batch of ${all.map(describe).join(' and ')}`,
    isRepeatable: all.every((said) => said.key !== undefined),
    isCommand: false,
    expect() {
      for (const said of all) remember(resident, { kind: 'track', said });
      return all.map((said) => track(resident.model, said));
    },
    async act(process) {
      const outcomes = await process.usage.trackBatch(
        all.map((said) => trackOperation(resident, said)),
      );
      return outcomes.map((each) => ('recorded' in each ? each : { error: each.code }));
    },
  };
}

export function reserveStep(resident: Resident, said: ReserveSaid): Step {
  let lastId = '';
  return {
    text: `reserve ${describe(said)}`,
    isRepeatable: said.key !== undefined,
    isCommand: false,
    expect() {
      remember(resident, { kind: 'reserve', said });
      const { shown, hold } = reserve(resident.model, said);
      if (hold !== null) rememberHold(resident, hold, lastId);
      return shown;
    },
    async act(process) {
      const feature = resident.world.features.get(said.feature)!;
      const request = { user: resident.name, feature, amount: said.amount, ttlMs: said.ttlMs };
      const { answer, refusal } = await process.access.reserve({
        ...request,
        idempotencyKey: said.key,
      });
      lastId = answer.id ?? '';
      return {
        granted: answer.granted,
        duplicate: answer.duplicate,
        expires_at: answer.expiresMs === undefined ? null : instantShown(answer.expiresMs),
        balance: shownBalance(answer.balance),
        reason: refusal?.reason ?? null,
        upgrade: refusal?.upgrade?.slug ?? null,
      };
    },
  };
}

/** The answer that named it may have been lost; a repeat names it again. */
function rememberHold(resident: Resident, hold: ModelHold, id: string): void {
  const known = resident.holds.find((each) => each.hold === hold);
  if (known === undefined) resident.holds.push({ hold, id });
  else if (id !== '') known.id = id;
}

type Held = Resident['holds'][number];

function keyOf(resident: Resident, held: Held): { accountId: number; reservationId: string } {
  return { accountId: resident.accountId, reservationId: held.id };
}

export function commitStep(resident: Resident, held: Held, said: Said): Step {
  return {
    text: `commit hold ${held.hold.number} ${describe(said)}`,
    isRepeatable: true,
    isCommand: false,
    expect: () => commit(resident.model, held.hold, said),
    act: (process) =>
      process.usage.commit({
        kind: 'commit',
        ...keyOf(resident, held),
        amount: said.amount,
        tokensIn: said.tokensIn,
        tokensOut: said.tokensOut,
      }),
  };
}

export function releaseStep(resident: Resident, held: Held): Step {
  return {
    text: `release hold ${held.hold.number}`,
    isRepeatable: true,
    isCommand: false,
    expect: () => release(resident.model, held.hold),
    act: (process) => process.usage.release({ kind: 'release', ...keyOf(resident, held) }),
  };
}

export function extendStep(resident: Resident, held: Held, ttlMs: number): Step {
  return {
    text: `extend hold ${held.hold.number} by ${ttlMs} ms`,
    isRepeatable: true,
    isCommand: false,
    expect: () => extend(resident.model, held.hold, ttlMs),
    act: (process) => process.usage.extend({ kind: 'extend', ...keyOf(resident, held), ttlMs }),
  };
}

export function levelStep(resident: Resident, feature: string, amount: bigint): Step {
  return {
    text: `set the level ${feature} to ${amount}`,
    isRepeatable: true,
    isCommand: false,
    expect: () => setLevel(resident.model, feature, amount),
    act: (process) =>
      process.usage.setLevel({ kind: 'set_level', user: resident.name, feature, amount }),
  };
}

export function checkStep(resident: Resident, question: Question): Step {
  return {
    text: `check ${describe(question)}`,
    isRepeatable: true,
    isCommand: false,
    expect: () => checkNow(resident.model, question),
    async act(process) {
      const feature = resident.world.features.get(question.feature)!;
      const { amount, value } = question;
      const result = await process.access.check(resident.name, { feature, amount, value });
      const { state, upgrade } = result;
      return {
        plan: state?.plan.slug,
        value: result.value,
        balance: state?.balance ? countsOf(state.balance) : null,
        allowed: result.allowed,
        reason: result.reason,
        upgrade: upgrade?.slug ?? null,
      };
    },
  };
}

/** All counted features at once. */
export function usageStep(resident: Resident, features: readonly string[]): Step {
  return {
    text: `look at ${features.join(', ')}`,
    isRepeatable: true,
    isCommand: false,
    expect() {
      resident.model.isTouched = true;
      return features.map((key) => balanceShown(resident.model, openPeriodOf(resident.model, key)));
    },
    async act(process) {
      const { balances } = await process.usage.refresh({
        kind: 'refresh',
        user: resident.name,
        features,
        withAccess: false,
      });
      return balances.map(shownBalance);
    },
  };
}

function remember(resident: Resident, said: Resident['said'][number]): void {
  if (said.said.key !== undefined) resident.said.push(said);
}

/** Instants as people write them, amounts as they are counted. */
export function describe(value: object): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (typeof member === 'bigint') return String(member);
    return key.endsWith('Ms') && typeof member === 'number' && member > 1e11
      ? instantShown(member)
      : member;
  });
}
