/** The request that takes a deed back, as the deed's answer says it. */
export interface Undo {
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}
