import { useThrottledValue } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { FIGURES } from '../../../api/metrics/figures.ts';
import { useLive } from './live-store.ts';

/** However many bookings there are, so often are figures asked for at most. */
const AT_MOST_EVERY_MS = 1_000;

/** Asks for what is shown anew when the server says that it has become something else. */
export function useLiveFigures(): void {
  const queries = useQueryClient();
  const figures = useThrottledValue(useLive().figures, AT_MOST_EVERY_MS);
  useEffect(() => {
    if (figures > 1) void queries.invalidateQueries({ queryKey: [FIGURES] });
  }, [queries, figures]);
}
