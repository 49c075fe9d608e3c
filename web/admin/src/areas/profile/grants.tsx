import { Button } from '@mantine/core';
import type { Override, UserProfile } from '../../api/contract/users.ts';
import { useMay } from '../../api/session.ts';
import { isStaffs } from '../../deeds/access/end-override.tsx';
import { Instant } from '../../parts/instant.tsx';
import { showCount, spoken } from '../../words/quantities.ts';
import { useOpenDeed } from './deeds/use-open.ts';

/** What was given or taken beside the plan, and is in force. */
export function Grants({ profile }: { readonly profile: UserProfile }) {
  const present = profile.overrides.filter(({ in_force: isInForce }) => isInForce);
  if (present.length === 0) return null;
  return (
    <section className="card" aria-labelledby="grants">
      <h2 id="grants">Beside the plan</h2>
      <ul className="plain-rows">
        {present.map((override) => (
          <li key={`${override.kind}-${override.id}`}>
            <div>
              {whatOf(override)} <Until override={override} />
              <div className="quiet small">
                {[spoken(override.kind), override.reason, override.staff?.name]
                  .filter(Boolean)
                  .join(' · ')}
              </div>
            </div>
            <End override={override} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Until({ override: { expires_at: end } }: { readonly override: Override }) {
  if (end === null) return <span className="quiet">without end</span>;
  return (
    <span className="quiet">
      until <Instant at={end} />
    </span>
  );
}

function End({ override }: { readonly override: Override }) {
  const may = useMay();
  const open = useOpenDeed();
  if (!isStaffs(override.kind) || !may('access.write')) return null;
  return (
    <Button size="compact-xs" variant="default" onClick={() => open('end-override', override.id)}>
      End …
    </Button>
  );
}

function whatOf({ plan, feature, amount }: Override): string {
  if (feature === null) return plan === null ? '' : spoken(plan);
  return amount === null
    ? spoken(feature)
    : `+${showCount(amount)} ${spoken(feature).toLowerCase()}`;
}
