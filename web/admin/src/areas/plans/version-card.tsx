import { Button, Group } from '@mantine/core';
import { MoveRight } from 'lucide-react';
import type { Version } from '../../api/plans/versions.ts';
import { useMay } from '../../api/session.ts';
import { Instant } from '../../parts/instant.tsx';
import { Tag } from '../../parts/values.tsx';
import { counted } from '../../words/quantities.ts';
import { PlaceChanges } from './parts/place-changes.tsx';
import { inOrder, saidAt, wayTo } from './parts/place-words.ts';
import { Prices } from './parts/prices.tsx';
import { saidOfSources } from './parts/sources.ts';
import { useFeatureNames } from './parts/use-feature-names.ts';

/** A version: what it costs, who holds it, what it changed, and all that it says. */
export function VersionCard(props: { readonly version: Version; readonly onMove?: () => void }) {
  const { version, onMove } = props;
  const mayMove = useMay()('plans.write') && onMove !== undefined && version.subscribers > 0;
  return (
    <section className="card" aria-label={`Version ${version.version}`}>
      <Group justify="space-between" align="start" mb="sm">
        <div>
          <h2 className="version-title">
            Version {version.version}
            {version.on_sale && <Tag tone="good">On sale</Tag>}
          </h2>
          <span className="quiet small">
            Published <Instant at={version.published_at} /> · {holders(version)}
          </span>
        </div>
        {mayMove && (
          <Button
            size="xs"
            variant="default"
            rightSection={<MoveRight size={14} />}
            onClick={onMove}
          >
            Move subscribers
          </Button>
        )}
      </Group>
      <div className="version-parts">
        <div>
          <h3>Prices</h3>
          <Prices of={version.prices} />
        </div>
        <div>
          <h3>What it changed</h3>
          <Changes of={version} />
        </div>
      </div>
      <Says of={version} isOpen={version.on_sale} />
    </section>
  );
}

function holders({ subscribers, sources }: Version): string {
  const total = counted(subscribers, 'subscriber');
  return subscribers === 0 ? total : `${total}: ${saidOfSources(sources)}`;
}

function Changes({ of }: { readonly of: Version }) {
  if (of.version === 1) return <p className="quiet small">It was the first one.</p>;
  if (of.changes.length === 0) return <p className="quiet small">Nothing that customers see.</p>;
  return <PlaceChanges of={of.changes} />;
}

const SAID_ELSEWHERE = /^(?:prices\/|name$|description$|default$|extra_seat\/feature$)/;

function Says({ of, isOpen }: { readonly of: Version; readonly isOpen: boolean }) {
  const names = useFeatureNames();
  const shown = inOrder(of.says, names).filter(({ place }) => !SAID_ELSEWHERE.test(place));
  const description = of.says.find(({ place }) => place === 'description');
  return (
    <details className="says" open={isOpen}>
      <summary>All that it grants</summary>
      {description !== undefined && <p className="quiet">{description.value}</p>}
      <dl className="facts">
        {shown.map(({ place, value }) => (
          <div key={place} className="fact">
            <dt>{wayTo(place, names)}</dt>
            <dd>{saidAt(place, value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
