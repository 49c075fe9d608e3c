/** A mail about somebody's access, before it has a form. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly lines: readonly string[];
  readonly action: { readonly label: string; readonly url: string };
  /** Why the reader gets this. */
  readonly footer: string;
  /** Of its own: no other letter has it. */
  readonly key: string;
}

/** Whoever has letters set, and handed in. */
export interface Letters {
  send(letter: Letter, signal: AbortSignal): Promise<void>;
}
