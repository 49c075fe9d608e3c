import type { BulkPreview } from '../../../api/bulk.ts';
import { counted, showCount } from '../../../words/quantities.ts';

/** What would come of a deed on many, or of its undo. */
export function Foreseen(props: { readonly of: BulkPreview; readonly isUndo?: boolean }) {
  const { of, isUndo = false } = props;
  const rest = of.users - of.refused - of.sample.length;
  return (
    <div className="stack">
      <p>
        It will be {isUndo ? 'taken back from' : 'done to'}{' '}
        <strong>{counted(of.users - of.refused, 'user')}</strong>
        {of.refused > 0 && (
          <>
            , and not {isUndo ? 'from' : 'to'} {showCount(of.refused)} of them
          </>
        )}
        , some at a time. It can be stopped at any moment.
      </p>
      {of.sample.length > 0 && (
        <ul className="plain-rows small">
          {of.sample.map(({ user, name, email }) => (
            <li key={user}>
              {name ?? email} <span className="quiet">{name === null ? user : email}</span>
            </li>
          ))}
          {rest > 0 && <li className="quiet">and {showCount(rest)} more</li>}
        </ul>
      )}
      {of.refusals.length > 0 && (
        <table className="changes">
          <thead>
            <tr>
              <th scope="col">Why not</th>
              <th scope="col">Users</th>
            </tr>
          </thead>
          <tbody>
            {of.refusals.map(({ code, detail, users }) => (
              <tr key={code}>
                <th scope="row">{detail}</th>
                <td>{showCount(users)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
