/** A refusal or a fault, with words for staff. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  /** What is wrong with which input, by its name. */
  readonly fields: ReadonlyMap<string, string>;
  /** What else the problem document says, such as the present version of what is stale. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, document: ProblemDocument) {
    super(document.detail ?? document.title ?? 'The server could not do this. Please try again.');
    this.status = status;
    this.code = document.code ?? '';
    this.fields = new Map(
      document.errors?.map(({ field, message }) => [field.replace(/^\//, ''), message]),
    );
    this.members = { ...document };
  }

  get isSignedOut(): boolean {
    return this.status === 401 && this.code === 'staff_session_missing';
  }

  get isStale(): boolean {
    return this.status === 409 && this.code === 'stale_version';
  }
}

interface ProblemDocument {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

/** What is said of a body that is no JSON: proxies answer in HTML instead of the server. */
export function problemFrom(status: number, body: unknown): Problem {
  const isDocument = typeof body === 'object' && body !== null;
  return new Problem(status, isDocument ? body : {});
}

export function unreachable(): Problem {
  return new Problem(0, {
    detail: 'The server cannot be reached. Check the connection and try again.',
  });
}

/** Whatever was thrown, as something that can be shown. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  // Whoever mends it finds the cause in the console.
  console.error(thrown);
  return new Problem(-1, {
    detail: 'Something went wrong on this page. Reload it, and try again.',
  });
}
