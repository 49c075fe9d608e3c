import type { Entitlement, UserProfile } from '../../api/contract/users.ts';
import { showLimit, spoken } from '../../words/quantities.ts';
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
              <th scope="row">{spoken(entitlement.feature)}</th>
              <td>{grantOf(entitlement)}</td>
              <td className="quiet">{sourceOf(entitlement)}</td>
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
  if (value !== undefined && value !== null) return value === '*' ? 'All' : showValue(value);
  return 'Yes';
}

function sourceOf({ source, sources = [] }: Entitlement): string {
  const named = sources.map(({ text, kind }) => text ?? spoken(kind));
  if (named.length > 0) return named.join(', ');
  return source === undefined ? '–' : spoken(source);
}
