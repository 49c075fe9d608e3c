import { invitationsQuery } from '../../api/staff.ts';
import { Instant } from '../../parts/instant.tsx';
import { More } from '../../parts/lists/more.tsx';
import { usePages } from '../../parts/lists/use-pages.ts';
import { spoken } from '../../words/quantities.ts';

/** Those who were invited and have not come yet. */
export function Invitations() {
  const { rows: open = [], more } = usePages(invitationsQuery);
  if (open.length === 0) return null;
  return (
    <section className="card beneath" aria-labelledby="invitations">
      <h2 id="invitations">Open invitations</h2>
      <table className="changes">
        <thead>
          <tr>
            <th scope="col">E-mail</th>
            <th scope="col">Role</th>
            <th scope="col">Ends</th>
          </tr>
        </thead>
        <tbody>
          {open.map(({ id, email, role, expires_at: end }) => (
            <tr key={id}>
              <td>
                <Address of={email} />
              </td>
              <td className="whole">{spoken(role)}</td>
              <td className="whole">
                <Instant at={end} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More of={more} />
    </section>
  );
}

/** Broken before its domain, where it does not fit. */
function Address({ of }: { readonly of: string }) {
  const at = of.lastIndexOf('@');
  return (
    <>
      {of.slice(0, at)}
      <wbr />
      {of.slice(at)}
    </>
  );
}
