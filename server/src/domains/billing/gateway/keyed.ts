/** By which a repeated request is answered like the first; made of ids of ours, never of chance. */
export interface Keyed {
  readonly idempotencyKey: string;
}
