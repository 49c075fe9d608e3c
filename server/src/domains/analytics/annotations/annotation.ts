import type { Actor } from '../../audit/index.ts';

/** What staff may write beside the figures; what the system knows by itself is not among them. */
export const writtenKinds = ['note', 'campaign', 'incident', 'price'] as const;

export type WrittenKind = (typeof writtenKinds)[number];

export interface AnnotationTerms {
  readonly day: string;
  /** The last of several days; `null` where it was one. */
  readonly untilDay: string | null;
  readonly kind: WrittenKind;
  readonly title: string;
  readonly detail: string;
}

/** Something to bear in mind when looking at the figures of a day. */
export interface Annotation extends Omit<AnnotationTerms, 'kind'> {
  /** `null` where the system made it. */
  readonly id: number | null;
  readonly kind: WrittenKind | 'publication';
  readonly staffName: string | null;
  readonly revision: number | null;
}

export interface AnnotationContext {
  readonly actor: Actor;
  readonly staffId: number;
  readonly nowMs: number;
}
