import type { Note } from '../company/notes.ts';
import { asOwner, type Portal } from './as-owner.ts';

/**
 * Writes notes beside the figures, each once. Answers false where the owner signs in otherwise by
 * now.
 */
export function writeNotes(portal: Portal, notes: readonly Note[]): Promise<boolean> {
  return asOwner(portal, async (ask) => {
    const { data } = await ask<{ data: Note[] }>('GET', 'annotations');
    const known = new Set(data.map(nameOf));
    for (const note of notes.filter((each) => !known.has(nameOf(each)))) {
      await ask('POST', 'annotations', note);
    }
  });
}

function nameOf({ day, title }: Note): string {
  return `${day} ${title}`;
}
