import type { UserProfile } from '../../api/contract/users.ts';
import { Instant } from '../../parts/instant.tsx';
import { showCount, spoken } from '../../words/quantities.ts';

/** What was given beside the plan: boosts, packs, and plans as a gift. */
export function Grants({ profile }: { readonly profile: UserProfile }) {
  const { grants, overrides } = profile;
  if (grants.length + overrides.length === 0) return null;
  return (
    <section className="card" aria-labelledby="grants">
      <h2 id="grants">Given beside the plan</h2>
      <table className="changes">
        <tbody>
          {grants.map(({ id, kind, feature, amount, expires_at: end }) => (
            <tr key={`grant-${id}`}>
              <th scope="row">{spoken(kind)}</th>
              <td>
                +{showCount(amount)} {spoken(feature).toLowerCase()}
              </td>
              <td>{end === null ? 'without end' : <Ends at={end} />}</td>
            </tr>
          ))}
          {overrides.map(({ id, kind, plan, feature, expires_at: end }) => (
            <tr key={`override-${id}`}>
              <th scope="row">{spoken(kind)}</th>
              <td>{spoken(plan ?? feature ?? '')}</td>
              <td>{end === null ? 'without end' : <Ends at={end} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Ends({ at }: { readonly at: string }) {
  return (
    <>
      until <Instant at={at} />
    </>
  );
}
