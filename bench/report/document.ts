import type { Size } from '../measure/growth.ts';
import type { Compared, Extent } from '../measure/rounds.ts';
import { USERS } from '../scenarios.ts';
import { renderFigures, renderGathering } from './figures.ts';
import { renderGrowth } from './growth.ts';
import { renderMachine, type Machine } from './machine.ts';
import { whole } from './table.ts';
import { renderTargets } from './targets.ts';

export interface Results {
  readonly command: string;
  readonly machine: Machine;
  readonly extent: Extent;
  readonly compared: readonly Compared[];
  readonly sizes: readonly Size[];
}

/** The results as a page: what was wanted first, then everything that was measured. */
export function renderDocument(results: Results): string {
  const { compared, sizes } = results;
  const parts = [
    '# Results of the benchmark',
    `Made by \`${results.command}\` on ${results.machine.date}.\n` +
      'Every answer was a 200 with the right content, and after each measurement every balance was\n' +
      'what had been acknowledged for its user, and so in the end was the number of events.',
    renderMachine(results.machine),
    section('Targets', renderTargets(compared, sizes)),
    FOR_SCALE,
    section('Figures', compared.length === 0 ? '' : describeFigures(results.extent)),
    compared.length === 0 ? '' : renderFigures(compared),
    section('Gathered, against one transaction for each request', renderGathering(compared)),
    section('Growth', sizes.length === 0 ? '' : describeGrowth(sizes)),
    renderGrowth(sizes),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function section(title: string, text: string): string {
  return text === '' ? '' : `## ${title}\n\n${text}`;
}

const FOR_SCALE =
  'For scale: the one comparable open-source server, run on such a machine, spent 2.7 to 3.6 ms\n' +
  'per check and 4.4 to 5.6 ms per track, and answered 270 to 415 checks and 150 to 225 tracks a\n' +
  'second.';

function describeFigures({ rounds, measureMs, warmUpMs }: Extent): string {
  return (
    `Medians of ${rounds} rounds of ${measureMs / 1_000} s, each after ${warmUpMs / 1_000} s of ` +
    `warm-up; the highest of all rounds\nfor max and peak. ${whole(USERS)} users, 64 connections ` +
    'unless said otherwise. The columns Node, Postgres\nand load are CPU time for one of what the ' +
    'second column names: of the server, of all processes of\nPostgres, and of the process that ' +
    'makes the load and shares the cores with both.'
  );
}

function describeGrowth(sizes: readonly Size[]): string {
  const additions = sizes
    .map(({ events, eventsAtEnd }) => `${whole(events)} to ${whole(eventsAtEnd)}`)
    .join(', ');
  return (
    'All events were booked over HTTP, with random idempotency keys. The measurements themselves ' +
    'add events,\nso that the sizes were ' +
    `${additions}.\nAt the smallest, the events are taken away and made anew before each ` +
    'measurement.'
  );
}
