import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { pageOf, readIdCursor } from '../../platform/pages.ts';
import { route, staffActor, type Route } from '../../platform/routes.ts';
import { Input, Nullable, PageOf, paging, Text, USUAL_ON_A_PAGE } from '../../platform/schemas.ts';
import { allScopes, type KeyMode, type SecretKey } from './secret-key.ts';
import type { Keys } from './service.ts';

const KeySchema = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  prefix: Type.String({ description: 'The first characters, by which a person recognises it.' }),
  scopes: Type.Array(Type.String({ enum: [...allScopes] })),
  created_at: Type.String(),
  revoked_at: Nullable(Type.String()),
});

const Reason = Text({ minLength: 3, maxLength: 500, description: 'Why, for the audit trail.' });
const shared = { tag: 'Operations', scope: 'staff', permission: 'keys.write' } as const;
/** A browser that was left open, or a token that leaked, makes no key and takes none away. */
const grave = { ...shared, needsFreshSignIn: true } as const;

export interface KeysRoutesOptions {
  readonly keys: Keys;
  /** What new keys say of themselves. */
  readonly mode: KeyMode;
}

export function keysRoutes({ keys, mode }: KeysRoutesOptions): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/keys',
      summary: 'Secret keys of the API, the oldest first; never the keys themselves',
      query: Input(paging),
      response: PageOf(KeySchema),
      async handler({ query: { cursor, limit = USUAL_ON_A_PAGE } }) {
        const found = await keys.list({ afterId: readIdCursor(cursor), limit: limit + 1 });
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
        return { data: rows.map(keyAnswer), next_cursor: nextCursor };
      },
    }),
    route({
      ...grave,
      method: 'POST',
      path: '/admin/v1/keys',
      summary: 'Make a secret key',
      description: 'Its secret is in this answer and nowhere else: only a digest is kept.',
      body: Input({
        name: Text({ minLength: 1, maxLength: 100 }),
        scopes: Type.Array(Type.Enum([...allScopes]), { minItems: 1, uniqueItems: true }),
        reason: Reason,
      }),
      response: Type.Object({ ...KeySchema.properties, secret: Type.String() }),
      // Or else the secret would be kept with the answer.
      replaysAnswers: false,
      async handler(request) {
        const actor = staffActor(request);
        const { key, secret } = await keys.create({ ...request.body, mode, actor });
        return { ...keyAnswer(key), secret };
      },
    }),
    route({
      ...grave,
      method: 'POST',
      path: '/admin/v1/keys/{key}/revoke',
      summary: 'Make a secret key useless within a second, for good',
      params: Type.Object({ key: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
      body: Input({ reason: Reason }),
      response: KeySchema,
      async handler(request) {
        const { reason } = request.body;
        const id = Number(request.params.key);
        return keyAnswer(await keys.revoke({ id, actor: staffActor(request), reason }));
      },
    }),
  ];
}

function keyAnswer(key: SecretKey) {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: [...key.scopes],
    created_at: formatInstant(key.createdMs),
    revoked_at: key.revokedMs === null ? null : formatInstant(key.revokedMs),
  };
}
