import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';

/**
 * One view: names the window, and takes the focus when somebody came here by a link, so that a
 * screen reader says where they are. Whoever arrives by the address has the browser's own focus.
 */
export function Page(props: {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly deeds?: ReactNode;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Of what is shown: the address is ahead of it while a view is being fetched, and what counts as
  // resolved is behind, so that a drawer opened at once would lose the focus to the title.
  const path = useRouterState({ select: ({ matches }) => matches.at(-1)?.pathname });
  useEffect(() => {
    globalThis.document.title = `${props.title} · WhisperForge staff`;
  }, [props.title]);
  useEffect(() => {
    if (path === firstPath) return;
    firstPath = null;
    heading.current?.focus({ preventScroll: true });
    globalThis.scrollTo({ top: 0 });
  }, [path]);
  return (
    <div className="page">
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
        {props.beside}
        {props.deeds !== undefined && <div className="deeds">{props.deeds}</div>}
      </div>
      {props.children}
    </div>
  );
}

/** Where the browser has opened the portal; nowhere, once somebody has gone elsewhere. */
let firstPath: string | null | undefined = globalThis.location.pathname.replace(/^\/admin/, '');
