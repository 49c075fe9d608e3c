import { useQuery } from '@tanstack/react-query';
import { annotationsQuery } from '../../../api/metrics/annotations.ts';
import { seriesQuery, type MetricDefinition } from '../../../api/metrics/figures.ts';
import { MarkList } from '../../../charts/marks.tsx';
import { askedOf } from '../controls/asked.ts';
import { useInsightSearch } from '../controls/use-asked.ts';
import { marksOf } from './series-parts.ts';

/** What the numbers in the charts of a page mean, once for all; `of` is one of its metrics. */
export function AnnotationsPanel({ of }: { readonly of: MetricDefinition }) {
  const search = useInsightSearch();
  const { data: series } = useQuery(seriesQuery(of.name, askedOf(search, of)));
  const span = series === undefined ? {} : { from: series.from, to: series.to };
  const { data: annotations = [] } = useQuery({
    ...annotationsQuery(span),
    enabled: series !== undefined,
  });
  const marks = series === undefined ? [] : marksOf(series, annotations);
  if (marks.length === 0) return null;
  return (
    <section className="card" aria-labelledby="annotations">
      <h2 id="annotations">Annotations</h2>
      <MarkList marks={marks} />
    </section>
  );
}
