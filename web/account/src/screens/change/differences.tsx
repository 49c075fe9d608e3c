import type { Plan, Preview } from '../../api/contract.ts';
import type { Loaded } from '../../state/use-load.ts';
import { showInstant } from '../../../../ui/dates.ts';
import { differences, type Difference } from '../../words/plan-terms.ts';

interface DifferencesProps {
  readonly from: Plan;
  readonly to: Plan;
  readonly preview: Loaded<Preview>;
}

/** What becomes another, and what is lost first of all. */
export function Differences({ from, to, preview }: DifferencesProps) {
  const all = differences(from, to);
  const lost = all.filter(({ direction }) => direction === 'less');
  const gained = all.filter(({ direction }) => direction === 'more');
  const others = all.filter(({ direction }) => direction === 'other');
  const at = preview.kind === 'ready' ? showInstant(preview.value.effective_at) : null;
  if (all.length === 0) return null;
  return (
    <section class="card" aria-label="What changes">
      {lost.length > 0 && (
        <>
          <h2>{at === null ? 'What you give up' : `What you give up on ${at}`}</h2>
          <Rows items={lost} />
          <p class="hint">Nothing is deleted; what is above a limit stays, and cannot grow.</p>
        </>
      )}
      {gained.length > 0 && (
        <>
          <h2>What you get</h2>
          <Rows items={gained} />
        </>
      )}
      {others.length > 0 && (
        <>
          <h2>What else changes</h2>
          <Rows items={others} />
        </>
      )}
    </section>
  );
}

function Rows({ items }: { readonly items: readonly Difference[] }) {
  return (
    <dl class="terms">
      {items.map(({ feature, name, before, after }) => (
        <div key={feature}>
          <dt>{name}</dt>
          <dd>
            <span class="before">{before}</span>
            <span class="unseen"> becomes </span> {after}
          </dd>
        </div>
      ))}
    </dl>
  );
}
