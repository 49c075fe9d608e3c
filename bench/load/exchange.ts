import { AnswerCheck } from './answers.ts';
import type { Answer } from './connection.ts';
import type { LoadOrder, LoadStart } from './order.ts';
import { AMOUNT, COMMIT_BODY, templateOf } from './questions.ts';
import { copyOf, makeTemplate, scatter, writeKey, writeUser, type Template } from './template.ts';

/** What one connection asks, one request after the other. */
export interface Exchange {
  /** The next request; `undefined` where nothing is to be finished and nothing more may begin. */
  next(mayBegin: () => boolean): Buffer | undefined;
  /** Checks the answer and counts what it acknowledges; answers the units that are done. */
  accept(answer: Answer): number;
}

/** What all connections of a load share. */
export interface Shared {
  readonly start: LoadStart;
  /** Part of every key of this process, so that no other's are like them. */
  readonly stream: string;
  /** Counts questions over the life of the process: their keys are made of it. */
  nextNumber: number;
  readonly tally: Tally;
}

export interface Tally {
  events: number;
  webhooks: number;
  readonly booked: Float64Array;
  readonly held: Float64Array;
}

export type MakeExchange = () => Exchange;

/** Makes the exchanges of an order: the request is composed once, each connection has a copy. */
export function exchangesOf(order: LoadOrder, shared: Shared): MakeExchange {
  const template = templateOf(order, shared.start, shared.stream);
  const draw = userDraw(order);
  const make = { template, draw, shared };
  if (order.question === 'reserve_commit' && !order.isEmptyRoute) {
    return () => reserveAndCommit(order, make);
  }
  return () => singleQuestion(order, make);
}

interface Making {
  readonly template: Template;
  readonly draw: Draw;
  readonly shared: Shared;
}

/** The number of the user that a question is about, by the question's number. */
type Draw = (number: number) => number;

function userDraw({ users }: LoadOrder): Draw {
  if (users.kind === 'one') return () => users.number;
  if (users.kind === 'some') return (number) => scatter(number + 0x9e3779b9) % users.below;
  let next = 0;
  return () => next++ % users.below;
}

function singleQuestion(order: LoadOrder, { template, draw, shared }: Making): Exchange {
  const { bytes, userAt, keyAt, finish } = copyOf(template);
  const check = new AnswerCheck();
  const asked = new Uint32Array(userAt.length);
  const effect = order.isEmptyRoute ? EFFECTS.empty : EFFECTS[order.question];
  const events = userAt.length;
  return {
    next(mayBegin) {
      if (!mayBegin()) return undefined;
      for (let event = 0; event < events; event += 1) {
        const number = shared.nextNumber++;
        asked[event] = draw(number);
        writeUser(bytes, userAt[event]!, asked[event]!);
        if (keyAt.length > 0) writeKey(bytes, keyAt[event]!, number);
      }
      finish?.(bytes);
      return bytes;
    },
    accept(answer) {
      effect(check, answer, { asked, events, tally: shared.tally });
      return events;
    },
  };
}

interface Asked {
  /** The users of the question's events. */
  readonly asked: Uint32Array;
  readonly events: number;
  readonly tally: Tally;
}

type Effect = (check: AnswerCheck, answer: Answer, asked: Asked) => void;

const EFFECTS: Record<'empty' | LoadOrder['question'], Effect> = {
  empty: (check, answer) => check.empty(answer),
  check: (check, answer) => check.check(answer),
  check_boolean: (check, answer) => check.check(answer),
  track(check, answer, asked) {
    check.track(answer);
    book(asked);
  },
  batch(check, answer, asked) {
    check.batch(answer);
    book(asked);
  },
  reserve(check, answer, { asked, tally }) {
    check.reserve(answer);
    tally.held[asked[0]!]! += AMOUNT;
  },
  webhook(check, answer, { tally }) {
    check.webhook(answer);
    tally.webhooks += 1;
  },
  reserve_commit: () => {
    throw new Error('A pair of requests is no single question.');
  },
};

function book({ asked, events, tally }: Asked): void {
  for (let event = 0; event < events; event += 1) tally.booked[asked[event]!]! += AMOUNT;
  tally.events += events;
}

/** Holds an amount and commits it; the pair is one unit. */
function reserveAndCommit(order: LoadOrder, { template, draw, shared }: Making): Exchange {
  const { bytes, userAt, keyAt } = copyOf(template);
  const check = new AnswerCheck();
  const { host, port, secretKey } = shared.start;
  let user = 0;
  let held: string | undefined;
  return {
    next(mayBegin) {
      if (held !== undefined) {
        const path = `${order.path}/${held}/commit`;
        const at = `${host}:${port}`;
        return makeTemplate({ path, host: at, secretKey, body: COMMIT_BODY }).bytes;
      }
      if (!mayBegin()) return undefined;
      const number = shared.nextNumber++;
      user = draw(number);
      for (const at of userAt) writeUser(bytes, at, user);
      for (const at of keyAt) writeKey(bytes, at, number);
      return bytes;
    },
    accept(answer) {
      if (held === undefined) {
        held = check.reserve(answer);
        return 0;
      }
      check.commit(answer);
      held = undefined;
      shared.tally.booked[user]! += AMOUNT;
      shared.tally.events += 1;
      return 1;
    },
  };
}
