import { CloseButton, Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { demoQuery, type DemoCompany } from '../api/operations/demo.ts';

const HIDDEN = 'wf-demo-notice';

/** Says of a system with a demo company that nobody in it exists, and how far it has come. */
export function DemoNotice() {
  const { data } = useQuery(demoQuery);
  const [isHidden, setHidden] = useState(() => globalThis.sessionStorage.getItem(HIDDEN) !== null);
  const demo = data?.demo;
  if (demo === undefined || demo === null) return null;
  const isFilling = demo.state === 'filling';
  if (isHidden && !isFilling) return null;
  const hide = (): void => {
    globalThis.sessionStorage.setItem(HIDDEN, 'yes');
    setHidden(true);
  };
  const percent = Math.floor(demo.share * 100);
  return (
    <section className="demo-notice" aria-label="Demo company">
      <p>
        <strong>Demo company.</strong> {saidOf(demo, percent)}{' '}
        <span className="quiet">
          Nobody in it exists. To begin without one, stop the server, delete{' '}
          <code className="mono">{demo.folder}</code> and start with{' '}
          <code className="mono">DEMO=off</code>.
        </span>
      </p>
      {isFilling ? (
        <Progress value={percent} aria-label="How much of its past is there" size="sm" />
      ) : (
        <CloseButton size="sm" aria-label="Hide this notice" onClick={hide} />
      )}
    </section>
  );
}

function saidOf({ state, doing }: DemoCompany, percent: number): string {
  if (state === 'filling') return `Its past is being filled in, ${doing}: ${percent} %.`;
  if (state === 'complete') return 'It goes on day by day.';
  return `Its past is not complete (${percent} %); the next start goes on with it.`;
}
