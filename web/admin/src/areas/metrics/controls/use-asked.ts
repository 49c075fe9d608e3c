import { useNavigate, useSearch } from '@tanstack/react-router';
import { parseInstant } from '@whisperforge/kernel/clock';
import { useSession } from '../../../api/session.ts';
import { dayOf } from '../../../words/spans.ts';
import { INSIGHT_PARAMS, type InsightSearch } from '../../../app/filters.ts';

/** What the address says of figures; views below `/insights` all have the same. */
export function useInsightSearch(): InsightSearch {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  return Object.fromEntries(
    INSIGHT_PARAMS.flatMap((name) => {
      const value = search[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** Says something else in the address, and stays in the same view. */
export function useChangeSearch(): (change: Readonly<Record<string, string | undefined>>) => void {
  const navigate = useNavigate();
  return (change) =>
    void navigate({
      to: '.',
      replace: true,
      search: (before: Readonly<Record<string, unknown>>) => ({ ...before, ...change }),
    });
}

/** The server's day, since its clock may not be the browser's. */
export function useToday(): string {
  const { server } = useSession();
  return dayOf(parseInstant(server.now) ?? 0);
}
