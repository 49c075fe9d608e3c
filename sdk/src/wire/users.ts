import type { List, Send } from './catalogue.ts';
import type { Balance } from '../types.ts';
import { pathSegment, toBalance } from './answers.ts';
import type { WireBalance } from './answers.ts';

export interface UserInput {
  readonly email: string;
  readonly name?: string | undefined;
  /** When the person joined the app: an ISO 8601 instant or a Date. */
  readonly signedUpAt?: string | Date | undefined;
  /** ISO 3166 code of two letters. */
  readonly country?: string | undefined;
  readonly source?: string | undefined;
  readonly campaign?: string | undefined;
  /** BCP 47 tag, such as `en-GB`. */
  readonly locale?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

export interface Users {
  /** The balances of all counted features in the current quota period. */
  usage(user: string): Promise<readonly Balance[]>;
}

function userPath(user: string, rest = ''): string {
  return `/v1/users/${pathSegment('user', user)}${rest}`;
}

export function usersOf(send: Send): Users {
  return {
    usage: async (user) => {
      const { data } = await send<List<WireBalance>>('GET', userPath(user, '/usage'));
      return data.map(toBalance);
    },
  };
}
