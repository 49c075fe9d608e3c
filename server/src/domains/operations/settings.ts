import Type from 'typebox';
import { route, type Route } from '../../platform/routes.ts';
import { Nullable } from '../../platform/schemas.ts';

export const SETTING_SOURCES = ['default', 'environment', 'file'] as const;

/** One of the things that the environment says. */
export interface Setting {
  readonly name: string;
  readonly meaning: string;
  readonly isSecret: boolean;
  /** As it was said; `null` where nothing is, and of every secret. */
  readonly value: string | null;
  readonly source: (typeof SETTING_SOURCES)[number];
  /** Why a process that started now would refuse it. */
  readonly faults: readonly string[];
}

const SettingSchema = Type.Object({
  name: Type.String(),
  meaning: Type.String(),
  is_secret: Type.Boolean(),
  value: Nullable(Type.String()),
  source: Type.String({ enum: [...SETTING_SOURCES] }),
  is_valid: Type.Boolean(),
  faults: Type.Array(Type.String()),
});

export function settingsRoute(readSettings: () => readonly Setting[]): Route {
  return route({
    method: 'GET',
    path: '/admin/v1/settings',
    summary: 'What the environment says, without secrets, and whether it would be taken',
    description: 'They are changed where the process is started, and taken when it starts.',
    tag: 'Operations',
    scope: 'staff',
    permission: 'operations.read',
    response: Type.Object({ data: Type.Array(SettingSchema) }),
    handler: () => Promise.resolve({ data: readSettings().map(settingAnswer) }),
  });
}

function settingAnswer({ name, meaning, isSecret, value, source, faults }: Setting) {
  return {
    name,
    meaning,
    is_secret: isSecret,
    value: isSecret ? null : value,
    source,
    is_valid: faults.length === 0,
    faults: [...faults],
  };
}
