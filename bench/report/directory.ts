import type { DirectoryFigures } from '../directory/measure.ts';
import { milliseconds, paragraph, renderTable, whole } from './table.ts';

/** How soon staff are answered where there are very many users. */
export function directorySection({ size, entriesSeconds, figures }: DirectoryFigures): string[] {
  return [
    '## The directory',
    paragraph(
      `${whole(size.users)} users and ${whole(size.events)} usage events; what lists are ` +
        `filtered by was made from them in ${whole(entriesSeconds)} s. One question after the ` +
        'other over HTTP, with the session of an owner, each asked once before it counts.',
    ),
    renderTable(
      ['question', 'at most', 'asked', 'p50', 'p95', 'slowest'],
      figures.map(({ title, mostMs, asked, p50Ms, p95Ms, slowestMs }) => [
        title,
        `${mostMs} ms`,
        whole(asked),
        `${milliseconds(p50Ms)} ms`,
        `${milliseconds(p95Ms)} ms`,
        `${milliseconds(slowestMs)} ms`,
      ]),
    ),
  ];
}
