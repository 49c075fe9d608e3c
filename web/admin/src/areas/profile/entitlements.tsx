import type { Entitlement, UserProfile } from '../../api/contract/users.ts';
import { showCount, showLimit, spoken } from '../../words/quantities.ts';
import { showValue } from '../../words/differences.ts';

/** All that the account may do now, and where each of it comes from. */
export function Entitlements({ profile }: { readonly profile: UserProfile }) {
  return (
    <section className="card" aria-labelledby="entitlements">
      <h2 id="entitlements">Entitlements</h2>
      <table className="changes">
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Granted</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {profile.entitlements.map((entitlement) => (
            <tr key={entitlement.feature}>
              <th scope="row">{entitlement.name}</th>
              <td className={entitlement.limit === undefined ? undefined : 'whole'}>
                {grantOf(entitlement)}
              </td>
              <td className="quiet">{sourcesOf(entitlement)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function grantOf({ granted, limit, value }: Entitlement): string {
  if (!granted) return 'No';
  if (limit !== undefined) return showLimit(limit);
  if (value === undefined) return 'Yes';
  const isAll = value === '*' || (Array.isArray(value) && value.includes('*'));
  return isAll ? 'All' : showValue(value);
}

/** `Plan Business, boost of 100`. */
function sourcesOf({ sources }: Entitlement): string {
  const named = sources.map(({ source, plan, amount }) => {
    const what = plan === null ? spoken(source) : `${spoken(source)} ${spoken(plan)}`;
    return source === 'plan' || amount === null ? what : `${what} of ${showCount(amount)}`;
  });
  return named.length === 0 ? '–' : named.join(', ');
}
