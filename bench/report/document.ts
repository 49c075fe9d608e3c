import type { AnalyticsFigures } from '../analytics/measure.ts';
import type { DirectoryFigures } from '../directory/measure.ts';
import type { EntitlementFigures } from '../entitlement/measure.ts';
import type { Size } from '../measure/growth.ts';
import type { Compared, Extent } from '../measure/rounds.ts';
import type { SandboxFigures } from '../sandbox/measure.ts';
import { USERS } from '../scenarios.ts';
import { analyticsSection } from './analytics.ts';
import { directorySection } from './directory.ts';
import { entitlementSection } from './entitlement.ts';
import { renderFigures, renderGathering } from './figures.ts';
import { renderGrowth } from './growth.ts';
import { renderMachine, type Machine } from './machine.ts';
import { sandboxSection } from './sandbox.ts';
import { paragraph, whole } from './table.ts';
import { renderTargets } from './targets.ts';

export interface Results {
  readonly command: string;
  readonly machine: Machine;
  readonly extent: Extent;
  readonly compared: readonly Compared[];
  readonly sizes: readonly Size[];
  readonly entitlement?: EntitlementFigures | undefined;
  readonly sandbox?: SandboxFigures | undefined;
  readonly directory?: DirectoryFigures | undefined;
  readonly analytics?: AnalyticsFigures | undefined;
}

/** The results as a page: what was wanted first, then everything that was measured. */
export function renderDocument(results: Results): string {
  const { command, machine, extent, compared, sizes, ...others } = results;
  const { entitlement, sandbox, directory, analytics } = others;
  const parts = [
    '# Results of the benchmark',
    paragraph(`Made by \`${command}\` on ${machine.date}. ${RIGHT}`),
    renderMachine(machine),
    '## Targets',
    renderTargets(compared, sizes, { entitlement, sandbox }),
    paragraph(FOR_SCALE),
    ...(compared.length === 0 ? [] : figuresSection(extent, compared)),
    ...(sizes.length === 0 ? [] : growthSection(sizes)),
    ...(entitlement === undefined ? [] : entitlementSection(entitlement)),
    ...(sandbox === undefined ? [] : sandboxSection(sandbox)),
    ...(directory === undefined ? [] : directorySection(directory)),
    ...(analytics === undefined ? [] : analyticsSection(analytics)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const RIGHT =
  'Every answer was a 200 with the right content, and after each measurement every balance was ' +
  'what had been acknowledged for its user; so in the end was the number of stored events.';

const FOR_SCALE =
  'For scale: the one comparable open-source server, run on such a machine, spent 2.7 to 3.6 ms ' +
  'per check and 4.4 to 5.6 ms per track, and answered 270 to 415 checks and 150 to 225 tracks ' +
  'a second.';

function figuresSection(extent: Extent, compared: readonly Compared[]): string[] {
  const gathering = renderGathering(compared);
  return [
    '## Figures',
    paragraph(
      `Medians of ${extent.rounds} × ${extent.measureMs / 1_000} s, each after ` +
        `${extent.warmUpMs / 1_000} s of warm-up; for max and peak the highest. ` +
        `${whole(USERS)} users; 64 connections unless said otherwise. Node, Postgres, load: ` +
        'CPU time for one of what the second column names, of the server, of all processes of ' +
        'Postgres, and of the process that makes the load and shares the cores with both. ' +
        'Beside each scenario is a route of the same server that takes the same requests (body, ' +
        'schema, key, limit) and does nothing; against it, a pair counts as two requests.',
    ),
    renderFigures(compared),
    ...(gathering === '' ? [] : ['## Gathered, against one transaction each', gathering]),
  ];
}

function growthSection(sizes: readonly Size[]): string[] {
  const reached = sizes.map(
    ({ events, eventsAtEnd }) => `${whole(events)} to ${whole(eventsAtEnd)}`,
  );
  return [
    '## Growth',
    paragraph(
      'All events were booked over HTTP, in batches, with random idempotency keys. Before the ' +
        'measurements at each size, Postgres has vacuumed and written a checkpoint. What is ' +
        `measured adds events itself: there were ${reached.join(', ')}. At the smallest size the ` +
        'events are taken away and made anew before each measurement.',
    ),
    renderGrowth(sizes),
  ];
}
