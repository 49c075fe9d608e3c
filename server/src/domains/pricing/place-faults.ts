// pure
import { AppError } from '../../platform/errors.ts';

export interface FaultPlaces {
  /** Where the input is in the catalogue that it was checked in, such as `/plans/2`. */
  readonly from: string;
  /** Where it is in what was handed in, such as `/content`. */
  readonly to: string;
  /** Such as `draft`. */
  readonly what: string;
}

/** A refusal with the faults of one input named within it, and those elsewhere where they are. */
export function placeFaults(error: unknown, { from, to, what }: FaultPlaces): unknown {
  if (!(error instanceof AppError) || error.details.fields === undefined) return error;
  const { code, kind, details } = error;
  const fields = error.details.fields.map(({ field, message }) => {
    const isWithin = field === from || field.startsWith(`${from}/`);
    return { field: isWithin ? `${to}${field.slice(from.length)}` : field, message };
  });
  const named = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  const message = `The ${what} is refused: ${named}.`;
  return new AppError({ code, kind }, { ...details, message, fields }, error);
}
