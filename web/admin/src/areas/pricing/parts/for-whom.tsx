import type { Conditions } from '../../../api/pricing/rules.ts';
import { Tag } from '../../../parts/values.tsx';
import { saidOfConditions } from './price-words.ts';

/** For what and for whom something is. */
export function ForWhom(props: { readonly of: Conditions; readonly user?: string | null }) {
  const { of, user } = props;
  const { account: _, ...others } = of;
  // An account is known by its user, where that is told.
  const isTold = typeof user === 'string';
  const parts = saidOfConditions(isTold ? { ...others, user } : of);
  if (parts.length === 0) return <span className="quiet">Anything, anybody</span>;
  return (
    <span className="tags">
      {parts.map((part) => (
        <Tag key={part}>{part}</Tag>
      ))}
    </span>
  );
}
