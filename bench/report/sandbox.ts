import type { SandboxFigures } from '../sandbox/measure.ts';
import { milliseconds, paragraph, renderTable, whole } from './table.ts';

/** What the Stripe sandbox costs, which development and tests run against. */
export function sandboxSection(figures: SandboxFigures): string[] {
  const { requests, subscribers, customers, yearSeconds } = figures;
  return [
    '## The Stripe sandbox',
    paragraph(
      'CPU time of its whole process for one request, the median of the rounds: started by its ' +
        `command, with a journal, ${whole(subscribers)} subscribed customers in it at first, and ` +
        'eight requests under way at once.',
    ),
    renderTable(
      ['request', 'ms of CPU'],
      requests.map(({ title, cpuMs }) => [title, milliseconds(cpuMs)]),
    ),
    paragraph(
      `${whole(customers)} customers with monthly subscriptions lived for a year, and paid ` +
        `twelve invoices each, in ${yearSeconds.toFixed(1)} s.`,
    ),
  ];
}
