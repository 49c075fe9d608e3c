import type { BulkTerms, UndoTerms } from './bulk-deed.ts';
import { perform, type BulkDependencies, type Performance } from './perform.ts';
import { takeBack } from './undo/take-back.ts';

/** Does it to one user, or takes it back from them. */
export function carryOut(
  deps: BulkDependencies,
  terms: BulkTerms | UndoTerms,
  performance: Performance,
): Promise<void> {
  if (terms.kind === 'undo') return takeBack(deps, terms, performance);
  return perform(deps, terms, performance);
}
