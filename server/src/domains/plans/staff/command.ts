import {
  staffActor,
  staffOf,
  type RouteRequest,
  type StaffActor,
} from '../../../platform/routes.ts';
import type { CommandContext } from '../record.ts';

/** Who of the staff commands, when and why. */
export interface StaffCommand extends CommandContext {
  readonly actor: StaffActor;
  readonly reason: string;
  readonly requestId: string;
  readonly staffId: number;
}

export function staffCommand(
  request: RouteRequest<unknown, unknown, unknown>,
  reason: string,
): StaffCommand {
  const { nowMs, requestId } = request;
  const { staffId } = staffOf(request);
  return { actor: staffActor(request), nowMs, reason, requestId, staffId };
}
