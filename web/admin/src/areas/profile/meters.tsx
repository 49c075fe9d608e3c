import type { UserProfile } from '../../api/contract/users.ts';
import { Instant } from '../../parts/instant.tsx';
import { Meter } from '../../parts/values.tsx';
import { showCount, showLimit } from '../../words/quantities.ts';

/** How much of each quota is used, as it is right now. */
export function Meters({ profile }: { readonly profile: UserProfile }) {
  const counted = profile.entitlements.filter(({ used }) => used !== undefined);
  const resetsAt = counted.find(({ period_end: end }) => end != null)?.period_end ?? null;
  return (
    <section className="card" aria-labelledby="meters">
      <h2 id="meters">Usage</h2>
      {counted.length === 0 && <p className="quiet small">Nothing has been counted yet.</p>}
      <div className="meters">
        {counted.map(({ feature, name, used = 0, limit = null, reserved = 0 }) => (
          <div key={feature}>
            <div className="line">
              <span>{name}</span>
              <span className="number">
                {showCount(used)} <span className="quiet">of {showLimit(limit)}</span>
              </span>
            </div>
            <Meter label={name} used={used} limit={limit} />
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
