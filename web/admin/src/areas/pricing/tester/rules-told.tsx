import type { Explained } from '../../../api/pricing/rules.ts';
import { To } from '../../../parts/to.tsx';
import { Tag } from '../../../parts/values.tsx';

/** Of every rule whether it is in the quote, and why not. */
export function RulesTold(props: { readonly of: Explained['rules'] }) {
  if (props.of.length === 0) return <p className="quiet small">No rule stands.</p>;
  return (
    <ul className="told-rules">
      {props.of.map(({ rule, applied, why }) => (
        <li key={rule.key}>
          <Tag tone={applied ? 'good' : 'plain'}>{applied ? 'Applied' : 'Not applied'}</Tag>
          <div>
            <To to="/pricing" search={{ rule: rule.key }} fz={14}>
              {rule.name}
            </To>
            <div className="quiet small">{why}</div>
          </div>
        </li>
      ))}
    </ul>
  );
}
