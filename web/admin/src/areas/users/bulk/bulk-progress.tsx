import type { BulkProgress as Progress } from '../../../api/bulk.ts';
import { counted, showCount, spoken } from '../../../words/quantities.ts';

const PARTS = ['done', 'refused', 'waiting'] as const;

/** How far a bulk deed is: a bar of those who are settled, and how many came out how. */
export function BulkProgress({ of }: { readonly of: Progress }) {
  const settled = of.total - of.waiting;
  const percent = of.total === 0 ? 100 : Math.floor((settled / of.total) * 100);
  return (
    <section className="card" aria-label="Progress">
      <div
        className="bulk-bar"
        role="progressbar"
        aria-label="Settled"
        aria-valuemin={0}
        aria-valuemax={of.total}
        aria-valuenow={settled}
        aria-valuetext={`${showCount(settled)} of ${counted(of.total, 'user')}`}
      >
        {PARTS.map((part) => (
          <span key={part} className={`bulk-${part}`} style={{ flexGrow: of[part] }} />
        ))}
      </div>
      <p className="bulk-said">
        <strong>{percent} %</strong>{' '}
        <span className="quiet">
          {showCount(settled)} of {counted(of.total, 'user')}
        </span>
      </p>
      <dl className="bulk-counts">
        {PARTS.map((part) => (
          <div key={part}>
            <dt>{spoken(part)}</dt>
            <dd>{showCount(of[part])}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
