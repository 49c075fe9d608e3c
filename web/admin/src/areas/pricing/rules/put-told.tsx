import { Stack } from '@mantine/core';
import type { PutRule, Rule } from '../../../api/pricing/rules.ts';
import { DifferencesTable } from '../../../parts/differences-table.tsx';
import type { Difference } from '../../../words/differences.ts';
import { spoken } from '../../../words/quantities.ts';
import { showDay } from '../../../../../ui/dates.ts';
import { saidOfConditions, saidOfEffect } from '../parts/price-words.ts';

/** What putting a rule in force changes, and which plans get a version by it. */
export function PutTold({ of }: { readonly of: PutRule }) {
  const differences = linesOf(of);
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

const LINES: readonly (readonly [string, (rule: Rule) => string])[] = [
  ['Name', ({ name }) => name],
  ['What it does', ({ effect, conditions }) => saidOfEffect(effect, conditions)],
  ['For', ({ conditions }) => saidOfConditions(conditions).join(', ') || 'anything, anybody'],
  ['Beside others', ({ stacking }) => (stacking === null ? '–' : spoken(stacking))],
  ['Priority', ({ priority }) => String(priority)],
  ['From', ({ valid_from: at }) => showDay(at)],
  ['Until', ({ valid_until: at }) => (at === null ? 'without end' : showDay(at))],
];

function linesOf({ before, after }: PutRule): Difference[] {
  return LINES.map(([what, say]) => ({
    what,
    before: before === null ? '–' : say(before),
    after: say(after),
  })).filter((line) => line.before !== line.after);
}
