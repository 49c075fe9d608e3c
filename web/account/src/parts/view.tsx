import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useRouter } from '../state/route.ts';

/** The first view is where the browser puts the focus anyway. */
const FIRST_STEP = 1;

/** One view: its title in the window, its heading with the focus when it comes. */
export function View(props: {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly isNarrow?: boolean;
  readonly isBusy?: boolean;
  readonly children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { place } = useRouter();
  useEffect(() => {
    globalThis.document.title = `${props.title} · WhisperForge`;
  }, [props.title]);
  useEffect(() => {
    if (place.step > FIRST_STEP) heading.current?.focus();
  }, [place.step]);
  const width = props.isNarrow === true ? 'narrow' : 'wide';
  return (
    <main class={width} id="content" aria-busy={props.isBusy === true}>
      <h1 ref={heading} tabIndex={-1}>
        {props.title}
      </h1>
      {props.lead !== undefined && <p class="lead">{props.lead}</p>}
      {place.notice !== null && (
        <p class="message good" role="status">
          {place.notice}
        </p>
      )}
      {props.children}
    </main>
  );
}
