import type { Conditions } from '../../../api/pricing/rules.ts';
import { Tag } from '../../../parts/values.tsx';
import { saidOfConditions } from './price-words.ts';

/** For what and for whom something is. */
export function ForWhom({ of }: { readonly of: Conditions }) {
  const parts = saidOfConditions(of);
  if (parts.length === 0) return <span className="quiet">Anything, anybody</span>;
  return (
    <span className="tags">
      {parts.map((part) => (
        <Tag key={part}>{part}</Tag>
      ))}
    </span>
  );
}
