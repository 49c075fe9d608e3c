import type { Progress } from '../../../api/plans/migrations.ts';
import { counted, showCount, spoken } from '../../../words/quantities.ts';

const PARTS = ['moved', 'scheduled', 'skipped', 'refused', 'waiting'] as const;

/** How far a migration is: a bar of those who are settled, and how many came out how. */
export function MoveProgress({ of }: { readonly of: Progress }) {
  const settled = of.total - of.waiting;
  const percent = of.total === 0 ? 100 : Math.floor((settled / of.total) * 100);
  return (
    <section className="card" aria-label="Progress">
      <div
        className="move-bar"
        role="progressbar"
        aria-label="Settled"
        aria-valuemin={0}
        aria-valuemax={of.total}
        aria-valuenow={settled}
        aria-valuetext={`${showCount(settled)} of ${counted(of.total, 'subscriber')}`}
      >
        {PARTS.filter((part) => part !== 'waiting' && of[part] > 0).map((part) => (
          <span key={part} className={part} style={{ flexGrow: of[part] }} />
        ))}
        <span className="waiting" style={{ flexGrow: of.waiting }} />
      </div>
      <p className="move-said">
        <strong>{percent} %</strong>{' '}
        <span className="quiet">
          {showCount(settled)} of {counted(of.total, 'subscriber')}
        </span>
      </p>
      <dl className="move-counts">
        {PARTS.map((part) => (
          <div key={part}>
            <dt>
              <span className={`dot ${part}`} aria-hidden /> {spoken(part)}
            </dt>
            <dd className="number">{showCount(of[part])}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
