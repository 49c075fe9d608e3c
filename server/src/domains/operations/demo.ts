import Type from 'typebox';
import { route, type Route } from '../../platform/routes.ts';
import { Nullable } from '../../platform/schemas.ts';

export const DEMO_STATES = ['filling', 'complete', 'interrupted'] as const;

/** A made-up company that a system outside production was started with. */
export interface DemoCompany {
  readonly state: (typeof DEMO_STATES)[number];
  /** From 0 to 1: how much of its past is on record. */
  readonly share: number;
  /** What is being filled in; empty where nothing is. */
  readonly doing: string;
  /** Where all of it lies, and what is to be deleted to begin without it. */
  readonly folder: string;
}

const DemoSchema = Type.Object({
  state: Type.String({ enum: [...DEMO_STATES] }),
  share: Type.Number({ description: 'From 0 to 1.' }),
  doing: Type.String(),
  folder: Type.String({ description: 'Of the data: what is deleted to begin without it.' }),
});

/** For all of the staff, because all of them see its people. */
export function demoRoute(readDemo: () => DemoCompany | undefined): Route {
  return route({
    method: 'GET',
    path: '/admin/v1/demo',
    summary: 'How far the demo company is filled in, where there is one',
    description: 'Production has none.',
    tag: 'Operations',
    scope: 'staff',
    permission: 'self',
    response: Type.Object({ demo: Nullable(DemoSchema) }),
    handler: () => Promise.resolve({ demo: readDemo() ?? null }),
  });
}
