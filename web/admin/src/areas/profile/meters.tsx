import type { UserProfile } from '../../api/contract/users.ts';
import { Instant } from '../../parts/instant.tsx';
import { Meter } from '../../parts/values.tsx';
import { showCount, showLimit, spoken } from '../../words/quantities.ts';

/** How much of each quota is used, as it is right now. */
export function Meters({ profile }: { readonly profile: UserProfile }) {
  const { balances } = profile;
  const resetsAt = balances.find(({ period_end: end }) => end !== null)?.period_end ?? null;
  return (
    <section className="card" aria-labelledby="meters">
      <h2 id="meters">Usage</h2>
      {balances.length === 0 && <p className="quiet small">Nothing has been counted yet.</p>}
      <div className="meters">
        {balances.map(({ feature, used, limit, reserved }) => (
          <div key={feature}>
            <div className="line">
              <span>{spoken(feature)}</span>
              <span className="number">
                {showCount(used)} <span className="quiet">of {showLimit(limit)}</span>
              </span>
            </div>
            <Meter label={spoken(feature)} used={used} limit={limit} />
            {reserved > 0 && <div className="quiet small">{showCount(reserved)} held</div>}
          </div>
        ))}
      </div>
      {resetsAt !== null && (
        <p className="quiet small resets">
          Resets <Instant at={resetsAt} />
        </p>
      )}
    </section>
  );
}
