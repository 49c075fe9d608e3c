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
      <table className="changes">
        <thead className="sr-only">
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">What</th>
            <th scope="col">Until</th>
            <th scope="col">Deeds</th>
          </tr>
        </thead>
        <tbody>
          {present.map((override) => (
            <tr key={`${override.kind}-${override.id}`}>
              <th scope="row">{spoken(override.kind)}</th>
              <td>
                {whatOf(override)}
                <div className="quiet small">
                  {[override.reason, override.staff?.name].filter(Boolean).join(' · ')}
                </div>
              </td>
              <td>
                {override.expires_at === null ? (
                  'without end'
                ) : (
                  <>
                    until <Instant at={override.expires_at} />
                  </>
                )}
              </td>
              <td className="number">
                <End override={override} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
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
