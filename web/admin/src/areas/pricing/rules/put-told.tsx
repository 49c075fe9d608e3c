import { Stack } from '@mantine/core';
import type { PutRule } from '../../../api/pricing/rules.ts';
import { DifferencesTable } from '../../../parts/differences-table.tsx';
import { spoken } from '../../../words/quantities.ts';
import { ruleDifferences } from './rule-words.ts';

/** What putting a rule in force changes, and which plans get a version by it. */
export function PutTold({ of }: { readonly of: PutRule }) {
  const differences = ruleDifferences(of.before, of.after);
  return (
    <Stack gap="sm">
      <DifferencesTable of={differences} />
      {differences.length === 0 && <p>It says what stands already.</p>}
      {of.plans.length > 0 && (
        <p className="message note">
          Yearly prices change by it: a version is published of {of.plans.map(spoken).join(' and ')}
          . Whoever holds an earlier one keeps it.
        </p>
      )}
    </Stack>
  );
}
