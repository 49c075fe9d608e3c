import { WhisperForgeError } from '../errors.ts';
import type { Amount, CheckAnswer, CheckOptions } from '../types.ts';
import { addAccountUrl } from './account-url.ts';
import type { AccountUrl, Reporter } from './account-url.ts';
import { refuseAnswer, refuseStranger } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** What a gate needs of the client. */
export interface Checker extends Reporter {
  check(user: string, feature: string, options?: CheckOptions): Promise<CheckAnswer>;
}

export type UserId = string | null | undefined;

/** Reads from a request what the gate is about. `Given` is what the framework hands a handler. */
export interface GateOptions<Given extends readonly unknown[]> {
  /** The app's id of the signed-in user; nothing when nobody is, which is answered with 401. */
  readonly user: (...given: Given) => UserId | Promise<UserId>;
  /** How much the request will use, when that is known; 1 is assumed. */
  readonly amount?: Amount | ((...given: Given) => Amount | Promise<Amount>) | undefined;
  /** Which value of a `value` feature the request wants, such as a model's name. */
  readonly value?: string | ((...given: Given) => string | Promise<string>) | undefined;
  /** Where a refused user can buy or pay; the problem says it as `account_url`. */
  readonly accountUrl?: AccountUrl<Given> | undefined;
}

export type Verdict =
  | { readonly allowed: true; readonly answer: CheckAnswer }
  | { readonly allowed: false; readonly refusal: Refusal };

/**
 * Hides the status of an error of the SDK: frameworks answer with a thrown error's `status`, and a
 * secret key that is wrong must not tell the app's user to sign in again.
 */
export function gateFailed(feature: string, cause: unknown): unknown {
  if (!(cause instanceof WhisperForgeError)) return cause;
  const message = `The gate of ${feature} could not be decided: ${cause.message}`;
  return new WhisperForgeError(message, { code: 'gate_failed', cause });
}

/** An option is a value, or a function that reads it from what the handler is given. */
export async function readOption<
  Given extends readonly unknown[],
  Value extends Amount | undefined,
>(option: Value | ((...given: Given) => Value | Promise<Value>), given: Given): Promise<Value> {
  return typeof option === 'function' ? option(...given) : option;
}

export async function decideGate<Given extends readonly unknown[]>(
  client: Checker,
  feature: string,
  options: GateOptions<Given>,
  given: Given,
): Promise<Verdict> {
  const user = await options.user(...given);
  if (user === null || user === undefined || user === '') {
    return { allowed: false, refusal: refuseStranger(feature) };
  }
  const amount = await readOption(options.amount, given);
  const value = await readOption(options.value, given);
  let answer: CheckAnswer;
  try {
    answer = await client.check(user, feature, { amount, value });
  } catch (error) {
    throw gateFailed(feature, error);
  }
  if (answer.allowed) return { allowed: true, answer };
  const refusal = refuseAnswer(answer);
  const { accountUrl } = options;
  // The page is the service's own, which is away as well.
  if (accountUrl === undefined || answer.unavailable) return { allowed: false, refusal };
  const address = (): Promise<string> | string => accountUrl(user, ...given);
  return { allowed: false, refusal: await addAccountUrl(client, refusal, { user, address }) };
}
