import type { Area } from './plot.tsx';

/** Something to bear in mind at a place of a chart. */
export interface Mark {
  readonly place: number;
  /** By which it is found in the list below. */
  readonly number: number;
  readonly day: string;
  readonly title: string;
  readonly detail: string;
}

/** Where they are, each with its number. */
export function MarkLines(props: { readonly marks: readonly Mark[]; readonly area: Area }) {
  const { marks, area } = props;
  const byPlace = Map.groupBy(marks, ({ place }) => place);
  return [...byPlace].map(([place, here]) => (
    <g key={place} className="mark">
      <title>{here.map(({ title }) => title).join('; ')}</title>
      <line x1={area.x(place)} x2={area.x(place)} y1={14} y2={14 + area.heightPx} />
      <text x={area.x(place)} y={10} textAnchor="middle">
        {here.map(({ number }) => number).join(' ')}
      </text>
    </g>
  ));
}

export function MarkList(props: { readonly marks: readonly Mark[] }) {
  if (props.marks.length === 0) return null;
  return (
    <ol className="marks" aria-label="Annotations">
      {props.marks.map(({ number, day, title, detail }) => (
        <li key={number} value={number}>
          <span className="quiet">{day}</span> {title}
          {detail !== '' && <span className="quiet">: {detail}</span>}
        </li>
      ))}
    </ol>
  );
}
