import type { Difference } from '../words/differences.ts';

/** What was, and what is or would be instead. */
export function DifferencesTable(props: { readonly of: readonly Difference[] }) {
  if (props.of.length === 0) return null;
  return (
    <table className="changes">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {props.of.map(({ what, before, after }) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td className="was">{before}</td>
            <td className="becomes">{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
