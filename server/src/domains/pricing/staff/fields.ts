import Type from 'typebox';
import {
  staffActor,
  staffOf,
  type RouteRequest,
  type StaffActor,
} from '../../../platform/routes.ts';
import { Text } from '../../../platform/schemas.ts';

export const Reason = Text({
  minLength: 3,
  maxLength: 500,
  description: 'Why; it goes on record.',
});

export const Id = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });

/** Members whose form is that of catalogue files, which name their own faults. */
export const Stated = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
});

/** Who commands, when and why. */
export function commandOf(
  request: RouteRequest<unknown, unknown, unknown>,
  reason: string,
): StaffCommand {
  const { nowMs, requestId } = request;
  const { staffId } = staffOf(request);
  return { actor: staffActor(request), nowMs, reason, requestId, staffId };
}

export interface StaffCommand {
  readonly actor: StaffActor;
  readonly nowMs: number;
  readonly reason: string;
  readonly requestId: string;
  readonly staffId: number;
}
