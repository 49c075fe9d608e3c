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
  /** Of those of a day, in which order they are listed; what staff wrote comes before the rest. */
  readonly serial: number;
  readonly staffName: string | null;
  readonly revision: number | null;
}

/** Where an annotation stands among all, or where a page of them begins. */
export interface AnnotationPlace {
  readonly day: string;
  readonly isSystem: boolean;
  readonly serial: number;
}

export interface AnnotationPage {
  readonly isLatestFirst: boolean;
  readonly after: AnnotationPlace | undefined;
  readonly limit: number;
}

export function placeOf({ day, id, serial }: Annotation): AnnotationPlace {
  return { day, isSystem: id === null, serial };
}

/** By day, and on a day what staff wrote first. */
export function inOrder(a: AnnotationPlace, b: AnnotationPlace): number {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  return Number(a.isSystem) - Number(b.isSystem) || a.serial - b.serial;
}

export interface AnnotationContext {
  readonly actor: Actor;
  readonly staffId: number;
  readonly nowMs: number;
}
