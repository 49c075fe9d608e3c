import type { PlanFeature } from '../api/contract.ts';
import { showTerms } from '../words/plan-terms.ts';

/** What is granted, feature by feature; a mark stands for what is simply included. */
export function TermsList({ features }: { readonly features: readonly PlanFeature[] }) {
  return (
    <dl class="terms">
      {features.map((feature) => (
        <div key={feature.feature}>
          <dt>{feature.name}</dt>
          <dd>{feature.kind === 'boolean' ? <Mark /> : showTerms(feature)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 16 16" role="img" aria-label="included">
      <path d="M3 8.5 6.5 12 13 4.5" />
    </svg>
  );
}
