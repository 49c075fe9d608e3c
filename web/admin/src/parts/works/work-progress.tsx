import { counted, showCount, spoken } from '../../words/quantities.ts';

/** How many have come out how; those who wait are settled later. */
export type Outcomes<S extends string> = Readonly<Record<S | 'total' | 'waiting', number>>;

/** How far a long work is: a bar of those who are settled, and how many came out how. */
export function WorkProgress<S extends string>(props: {
  readonly of: Outcomes<S>;
  /** What can come of one, in the order of the bar. */
  readonly outcomes: readonly S[];
  /** Such as a user. */
  readonly noun: string;
}) {
  const { of, noun } = props;
  const parts = [...props.outcomes, 'waiting' as const];
  const settled = of.total - of.waiting;
  const percent = of.total === 0 ? 100 : Math.floor((settled / of.total) * 100);
  return (
    <section className="card" aria-label="Progress">
      <div
        className="work-bar"
        role="progressbar"
        aria-label="Settled"
        aria-valuemin={0}
        aria-valuemax={of.total}
        aria-valuenow={settled}
        aria-valuetext={`${showCount(settled)} of ${counted(of.total, noun)}`}
      >
        {parts
          .filter((part) => part === 'waiting' || of[part] > 0)
          .map((part) => (
            <span key={part} className={`work-${part}`} style={{ flexGrow: of[part] }} />
          ))}
      </div>
      <p className="work-said">
        <strong>{percent} %</strong>{' '}
        <span className="quiet">
          {showCount(settled)} of {counted(of.total, noun)}
        </span>
      </p>
      <dl className="work-counts">
        {parts.map((part) => (
          <div key={part}>
            <dt>
              <span className={`work-dot work-${part}`} aria-hidden /> {spoken(part)}
            </dt>
            <dd className="number">{showCount(of[part])}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
