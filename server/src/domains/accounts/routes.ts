import Type, { type Static } from 'typebox';
import { formatInstant, parseInstant } from '@whisperforge/kernel/clock';
import { route, type Route } from '../../platform/routes.ts';
import { Input, Instant, Metadata, Nullable, Text, UserId } from '../../platform/schemas.ts';
import type { Accounts } from './service.ts';
import type { User } from './user.ts';

const UserInput = Input({
  email: Text({ minLength: 3, maxLength: 320, description: 'Where mails to the user go.' }),
  name: Type.Optional(Text({ maxLength: 200 })),
  signed_up_at: Type.Optional(Instant),
  country: Type.Optional(Text({ maxLength: 100, description: 'ISO 3166-1 alpha-2, such as DE.' })),
  source: Type.Optional(Text({ maxLength: 200, description: 'Where the user came from.' })),
  campaign: Type.Optional(Text({ maxLength: 200 })),
  locale: Type.Optional(Text({ maxLength: 35, description: 'BCP 47, such as de-DE.' })),
  metadata: Type.Optional(Metadata),
});

export const UserAnswer = Type.Object({
  user: Type.String({ description: "The app's own id." }),
  account: Type.String(),
  email: Type.String(),
  name: Nullable(Type.String()),
  signed_up_at: Type.String(),
  country: Nullable(Type.String()),
  source: Nullable(Type.String()),
  campaign: Nullable(Type.String()),
  locale: Nullable(Type.String()),
  metadata: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  created_at: Type.String(),
  updated_at: Type.String(),
});

export function userAnswer(user: User): Static<typeof UserAnswer> {
  return {
    user: user.externalId,
    account: String(user.accountId),
    email: user.email,
    name: user.name,
    signed_up_at: formatInstant(user.signedUpMs),
    country: user.country,
    source: user.source,
    campaign: user.campaign,
    locale: user.locale,
    metadata: user.metadata,
    created_at: formatInstant(user.createdMs),
    updated_at: formatInstant(user.updatedMs),
  };
}

export function accountsRoutes(accounts: Accounts): Route[] {
  return [
    route({
      method: 'PUT',
      path: '/v1/users/{user}',
      summary: 'Make a user, or renew what is known of them',
      description:
        'The id is your own. What you leave out stays as it is. Quota periods of a new user are ' +
        'counted from signed_up_at, or else from now.',
      tag: 'Users',
      scope: 'users',
      params: Input({ user: UserId }),
      body: UserInput,
      response: UserAnswer,
      async handler({ params, body, nowMs }) {
        const { signed_up_at: signedUpAt, ...details } = body;
        const signedUpMs = signedUpAt === undefined ? undefined : parseInstant(signedUpAt);
        return userAnswer(
          await accounts.upsertUser(params.user, { ...details, signedUpMs }, nowMs),
        );
      },
    }),
  ];
}
