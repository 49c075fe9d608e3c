import { queryOptions } from '@tanstack/react-query';
import { problemFrom, unreachable } from './problem.ts';

/** Of the catalogue, what lists and deeds offer to choose from. */
export interface Plan {
  readonly slug: string;
  readonly name: string;
  /** Whether those have it who bought nothing. */
  readonly is_default?: boolean;
  /** Empty where the price is agreed upon, or nothing is paid. */
  readonly prices?: readonly unknown[];
  readonly extra_seat?: object | null;
}

export interface Feature {
  readonly key: string;
  readonly name: string;
  readonly kind: 'boolean' | 'metered' | 'level' | 'value';
  readonly unit?: string | null;
}

interface Catalogue {
  readonly data: readonly Plan[];
  readonly features?: readonly Feature[];
}

const A_WHILE_MS = 300_000;

/** The public catalogue, which changes seldom. */
const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  async queryFn(): Promise<Catalogue> {
    const response = await fetch('/v1/plans').catch(() => {
      throw unreachable();
    });
    const body: unknown = await response.json();
    if (!response.ok) throw problemFrom(response.status, body);
    return body as Catalogue;
  },
  staleTime: A_WHILE_MS,
});

export const plansQuery = queryOptions({ ...catalogueQuery, select: ({ data }) => data });
