// pure
import { parseInstant } from '@whisperforge/kernel/clock';
import { englishOf } from './money.ts';

const locale = englishOf(globalThis.navigator?.languages ?? []);

export interface Place {
  readonly locale: string;
  /** As in `Europe/Berlin`; the viewer's own where nothing is said. */
  readonly timeZone?: string;
}

const here: Place = { locale };

/** `10 April 2026 at 14:00 CEST`: for what happens at an instant. */
export function showInstant(iso: string, place = here): string {
  return format(iso, { dateStyle: 'long' }, place) + format(iso, TIME, place, ', ');
}

/** `10 April 2026`: where the zone is named beside it. */
export function showDay(iso: string, place = here): string {
  return format(iso, { dateStyle: 'medium' }, place);
}

/** `10 April 2026 UTC`: of what is added up by days of UTC. */
export function showUtcDay(iso: string, place = here): string {
  return `${showDay(iso, { ...place, timeZone: 'UTC' })} UTC`;
}

/** The viewer's zone, as it is called: `Europe/Berlin`. */
export function zoneName({ timeZone, locale: within } = here): string {
  return new Intl.DateTimeFormat(within, { timeZone }).resolvedOptions().timeZone;
}

const TIME = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const;

function format(
  iso: string,
  options: Intl.DateTimeFormatOptions,
  { locale: within, timeZone }: Place,
  before = '',
): string {
  const ms = parseInstant(iso);
  if (ms === undefined) return '';
  return before + new Intl.DateTimeFormat(within, { ...options, timeZone }).format(ms);
}
