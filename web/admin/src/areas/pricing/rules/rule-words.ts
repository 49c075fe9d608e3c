// pure
import { showDay } from '../../../../../ui/dates.ts';
import type { Rule } from '../../../api/pricing/rules.ts';
import type { Difference } from '../../../words/differences.ts';
import { spoken } from '../../../words/quantities.ts';
import { saidOfConditions, saidOfEffect } from '../parts/price-words.ts';

const LINES: readonly (readonly [string, (rule: Rule) => string])[] = [
  ['Name', ({ name }) => name],
  ['What it does', ({ effect, conditions }) => saidOfEffect(effect, conditions)],
  ['For', ({ conditions }) => saidOfConditions(conditions).join(', ') || 'anything, anybody'],
  ['Beside others', ({ stacking }) => (stacking === null ? '–' : spoken(stacking))],
  ['Priority', ({ priority }) => String(priority)],
  ['From', ({ valid_from: at }) => showDay(at)],
  ['Until', ({ valid_until: at }) => (at === null ? 'without end' : showDay(at))],
];

/** What is another of a rule, as people say it; none is a dash. */
export function ruleDifferences(before: Rule | null, after: Rule | null): Difference[] {
  return LINES.map(([what, say]) => ({
    what,
    before: before === null ? '–' : say(before),
    after: after === null ? '–' : say(after),
  })).filter((line) => line.before !== line.after);
}
