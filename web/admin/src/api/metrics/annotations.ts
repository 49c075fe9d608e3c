import { queryOptions } from '@tanstack/react-query';
import { everyPage, listQuery } from '../lists/pages.ts';
import { ask, queryOf, segment } from '../request.ts';

export const ANNOTATION_KINDS = ['note', 'campaign', 'incident', 'price'] as const;

/** What to bear in mind when looking at the figures of a day. */
export interface Annotation {
  /** None, where the system made it. */
  readonly id: string | null;
  readonly day: string;
  readonly until_day: string | null;
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  readonly staff: string | null;
  readonly version: number | null;
}

/** Those of a span of days, which belong to what a chart shows of it. */
export function annotationsQuery(span: { readonly from?: string; readonly to?: string }) {
  return queryOptions({
    queryKey: ['annotations', span],
    queryFn: () => everyPage<Annotation>('/annotations', span),
  });
}

/** All of them, the latest first. */
export const annotationsListQuery = listQuery<Annotation>(['annotations', 'list'], '/annotations', {
  sort: 'latest',
});

export interface AnnotationTerms {
  readonly day: string;
  readonly until_day: string | null;
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
}

export function saveAnnotation(terms: AnnotationTerms, known?: Annotation): Promise<unknown> {
  if (known?.id == null) return ask('POST', '/annotations', terms);
  const { id, version } = known;
  return ask('PUT', `/annotations/${segment(id)}`, { ...terms, version });
}

export function removeAnnotation({ id, version }: Annotation): Promise<unknown> {
  return ask('DELETE', `/annotations/${segment(id ?? '')}${queryOf({ version: `${version}` })}`);
}
