/** What went wrong, in terms that any transport can translate; `http/` alone knows statuses. */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'limited'
  | 'unavailable';

/** One input that was refused: a JSON pointer such as `/events/3/amount`, and why. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface ErrorDetails {
  /** A whole sentence that the caller may read. */
  readonly message: string;
  readonly fields?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  /** Further members of the problem document, such as the known names; never secret. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An error's stable name with its kind; each domain lists its own in `errors.ts`. */
export interface ErrorCode {
  readonly code: string;
  readonly kind: ErrorKind;
}

/**
 * A fault that the caller is told about. `details` is what the caller may read; `cause` goes to
 * the log only.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails, cause?: unknown) {
    super(details.message, cause === undefined ? undefined : { cause });
    this.code = code.code;
    this.kind = code.kind;
    this.details = details;
  }
}

export const DATABASE_UNAVAILABLE: ErrorCode = {
  code: 'database_unavailable',
  kind: 'unavailable',
};
export const SHUTTING_DOWN: ErrorCode = { code: 'shutting_down', kind: 'unavailable' };
