import Type, { type Static } from 'typebox';
import { Nullable } from '../../../platform/schemas.ts';
import { Stated } from '../staff/fields.ts';

export const UndoSchema = Nullable(
  Type.Object(
    { method: Type.String(), path: Type.String(), body: Stated },
    { description: 'What takes it back, with a reason of its own.' },
  ),
);

/** Nothing takes back what was only tried. */
export function undoOf(
  isDry: boolean,
  undo: NonNullable<Static<typeof UndoSchema>>,
): Static<typeof UndoSchema> {
  return isDry ? null : undo;
}
