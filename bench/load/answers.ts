import type { Answer } from './connection.ts';
import { AMOUNT, EVENTS_PER_BATCH, FEATURE } from './questions.ts';

/** Every answer is looked at, and one of so many is parsed and looked through. */
const PARSED_OF = 64;

const ALLOWED = Buffer.from('"allowed":true');
const RECORDED = Buffer.from('"recorded":true');
const GRANTED = Buffer.from('"granted":true');
const FIRST_TIME = Buffer.from('"duplicate":false');
const RECEIVED = Buffer.from('"received":true');
const NOTHING = Buffer.from('{}');

/** Holds answers against what they must be; throws at the first that is wrong. */
export class AnswerCheck {
  #seen = 0;

  empty(answer: Answer): void {
    expectAll(answer, []);
    if (!answer.body.equals(NOTHING)) throw wrong(answer, 'it must be empty');
  }

  check(answer: Answer): void {
    expectAll(answer, [ALLOWED]);
    if (!this.#isSample()) return;
    const { allowed, reason, plan } = parse(answer);
    if (allowed !== true || reason !== 'ok' || typeof plan !== 'string') {
      throw wrong(answer, 'it must be allowed');
    }
  }

  track(answer: Answer): void {
    expectAll(answer, [RECORDED, FIRST_TIME]);
    if (this.#isSample()) expectRecorded(answer, parse(answer));
  }

  batch(answer: Answer): void {
    expectAll(answer, []);
    if (count(answer.body, RECORDED) !== EVENTS_PER_BATCH) {
      throw wrong(answer, `it must record ${EVENTS_PER_BATCH} events`);
    }
    if (!this.#isSample()) return;
    const { results } = parse(answer);
    if (!Array.isArray(results) || results.length !== EVENTS_PER_BATCH) {
      throw wrong(answer, 'it must have a result for each event');
    }
    for (const result of results as Record<string, unknown>[]) expectRecorded(answer, result);
  }

  /** Answers the reservation's id. */
  reserve(answer: Answer): string {
    expectAll(answer, [GRANTED, FIRST_TIME]);
    const { id, balance } = this.#isSample() ? parse(answer) : { id: idIn(answer), balance: {} };
    const { reserved = AMOUNT } = balance as { reserved?: number };
    if (typeof id !== 'string' || id === '' || reserved < AMOUNT) {
      throw wrong(answer, 'it must be granted, with an id');
    }
    return id;
  }

  commit(answer: Answer): void {
    expectAll(answer, [FIRST_TIME]);
    if (!this.#isSample()) return;
    const { feature, used, over_limit, late } = parse(answer);
    const isBooked = feature === FEATURE && typeof used === 'number' && used >= AMOUNT;
    if (!isBooked || over_limit !== false || late !== false) throw wrong(answer, 'it must book');
  }

  webhook(answer: Answer): void {
    expectAll(answer, [RECEIVED, FIRST_TIME]);
  }

  #isSample(): boolean {
    this.#seen += 1;
    return this.#seen % PARSED_OF === 1;
  }
}

function expectAll(answer: Answer, needles: readonly Buffer[]): void {
  if (answer.status !== 200) throw wrong(answer, 'it must be a 200');
  for (const needle of needles) {
    if (!answer.body.includes(needle)) throw wrong(answer, `it must say ${needle.toString()}`);
  }
}

function expectRecorded(answer: Answer, result: Record<string, unknown>): void {
  const balances = result['balances'] as { feature: string; used: number }[];
  const balance = balances.find(({ feature }) => feature === FEATURE);
  const isFirst = result['recorded'] === true && result['duplicate'] === false;
  if (!isFirst || result['over_limit'] !== false || !((balance?.used ?? 0) >= AMOUNT)) {
    throw wrong(answer, 'it must be recorded, within the limit and in the balance');
  }
}

const ID = Buffer.from('"id":"');
const QUOTE = '"'.charCodeAt(0);

/** Ids have no characters that JSON escapes. */
function idIn({ body }: Answer): string {
  const at = body.indexOf(ID);
  if (at < 0) return '';
  const from = at + ID.length;
  return body.toString('latin1', from, body.indexOf(QUOTE, from));
}

function count(bytes: Buffer, needle: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
    found += 1;
  }
  return found;
}

function parse({ body }: Answer): Record<string, unknown> {
  return JSON.parse(body.toString()) as Record<string, unknown>;
}

function wrong({ status, body }: Answer, must: string): Error {
  const start = body.toString('utf8', 0, 500);
  return new Error(`An answer is wrong: ${must}. Status ${status}: ${start}`);
}
