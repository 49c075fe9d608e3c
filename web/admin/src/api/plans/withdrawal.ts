import { ask, segment } from '../request.ts';

export interface WithdrawnPlan {
  readonly plan: string;
  readonly version: number;
  /** Of all its versions, who keep what they hold. */
  readonly subscribers: number;
}

export function withdrawPlan(
  { plan, version }: Pick<WithdrawnPlan, 'plan' | 'version'>,
  said: { readonly reason: string; readonly dry_run: boolean },
): Promise<WithdrawnPlan> {
  return ask('POST', `/plans/${segment(plan)}/withdraw`, { version, ...said });
}
