import { AppError } from '../../platform/errors.ts';
import { STAFF_SESSION_MISSING } from '../problems/errors.ts';

/** How long an answer goes on without a look at whether whoever asked may still have it. */
const LOOK_EVERY_MS = 500;

/**
 * An answer that goes on for long, such as a table of all users, for as long as whoever asked for
 * it may have it. It is cut off and not ended, so that nobody takes what came of it for the whole.
 */
export async function* whileAdmitted(
  pieces: AsyncIterable<string>,
  isAdmitted: () => Promise<boolean>,
): AsyncGenerator<string> {
  let lookedMs = performance.now();
  for await (const piece of pieces) {
    if (performance.now() - lookedMs >= LOOK_EVERY_MS) {
      if (!(await isAdmitted())) throw ended();
      lookedMs = performance.now();
    }
    yield piece;
  }
}

function ended(): AppError {
  return new AppError(STAFF_SESSION_MISSING, {
    message: 'The session or the permission has ended while the answer was on its way.',
  });
}
