import Type from 'typebox';
import { Text } from '../../../platform/schemas.ts';

export const Reason = Text({
  minLength: 3,
  maxLength: 500,
  description: 'Why; it goes on record.',
});

export const Id = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });

/** Members whose form is that of catalogue files, which name their own faults. */
export const Stated = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
});
