// pure
import { dayIn, shiftDay, UTC } from '@whisperforge/kernel/period';
import type { Days, Story } from './story.ts';

/** What staff wrote beside the figures, as the portal takes it. */
export interface Note {
  readonly day: string;
  readonly until_day: string | null;
  readonly kind: 'note' | 'campaign' | 'incident';
  readonly title: string;
  readonly detail: string;
}

export function notesOf({ beginMs, incident, aiPriceDropMs, campaigns }: Story): Note[] {
  const notes: Note[] = [
    ...campaigns.map((days) => ({
      ...spanOf(days),
      kind: 'campaign' as const,
      title: 'Autumn offer',
      detail: 'More sign-ups than usual, and more who pay by the year.',
    })),
    {
      ...spanOf(incident),
      kind: 'incident',
      title: 'No audio was processed for three days',
      detail: 'Customers left in the weeks after it, and fewer people signed up.',
    },
    {
      day: dayIn(UTC, aiPriceDropMs),
      until_day: null,
      kind: 'note',
      title: 'AI models became cheaper',
      detail: 'gpt-4 and claude-opus cost about a third of what they did.',
    },
  ];
  return notes.filter(({ day }) => day >= dayIn(UTC, beginMs));
}

function spanOf({ startMs, endMs }: Days): Pick<Note, 'day' | 'until_day'> {
  return { day: dayIn(UTC, startMs), until_day: shiftDay(dayIn(UTC, endMs), -1) };
}
