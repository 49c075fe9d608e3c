import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { rolesQuery, type RoleTable } from '../../api/staff.ts';
import { Page } from '../../parts/page.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { spoken } from '../../words/quantities.ts';

/** Which role may what: the table that the server refuses by. */
export function Roles() {
  const { data, error, refetch } = useQuery(rolesQuery);
  return (
    <Page
      title="What roles may"
      deeds={
        <To to="/staff" size="sm">
          All of the staff
        </To>
      }
    >
      {data === undefined && error === null && <Loading rows={12} />}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Matrix table={data} />}
    </Page>
  );
}

function Matrix({ table }: { readonly table: RoleTable }) {
  return (
    <div className="card scrolls" role="region" aria-label="Roles and permissions" tabIndex={0}>
      <table className="changes matrix">
        <thead>
          <tr>
            <th scope="col">May</th>
            {table.roles.map(({ role, summary }) => (
              <th key={role} scope="col" title={summary}>
                {spoken(role)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.permissions.map(({ permission, summary, roles }) => (
            <tr key={permission}>
              <th scope="row">
                {summary} <span className="mono quiet">{permission}</span>
              </th>
              {table.roles.map(({ role }) => (
                <td key={role}>
                  {roles.includes(role) ? (
                    <Check size={16} role="img" aria-label="Yes" />
                  ) : (
                    <span className="sr-only">No</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
