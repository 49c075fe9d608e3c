/** A broken invariant: a bug in this program, never a fault of the caller. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Fails the running request when something that must hold does not. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Closes a switch over a union: adding a member stops the code from compiling. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}
