import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/request.ts';
import { returnUrl } from '../state/customer.ts';
import { seenUser } from '../state/seen.ts';
import type { Tone } from '../words/standing.ts';
import { Button, OutLink } from './button.tsx';

/** Something to know before all else, with what can be done about it. */
export function BannerBox(props: {
  readonly tone: Tone;
  readonly title: string;
  readonly children: ComponentChildren;
  readonly action?: ComponentChildren;
}) {
  return (
    <section class={`banner ${props.tone}`} aria-label={props.title}>
      <div>
        <p class="title">{props.title}</p>
        <p>{props.children}</p>
      </div>
      {props.action}
    </section>
  );
}

/** What could not be done, where it was asked for. */
export function Fault({ problem }: { readonly problem: Problem | null }) {
  return (
    <div role="alert">{problem !== null && <p class="message bad">{faultText(problem)}</p>}</div>
  );
}

function faultText(problem: Problem): string {
  if (problem.status === 401 && seenUser === null)
    return 'Your session is over. Open this page again from the app.';
  return problem.message;
}

/** Stands for what could not be loaded, with a way on. */
export function Failure(props: { readonly problem: Problem; readonly onRetry: () => unknown }) {
  return (
    <section class="card" role="alert">
      <h2>This could not be loaded</h2>
      <p>{faultText(props.problem)}</p>
      <Button weight="primary" onPress={props.onRetry}>
        Try again
      </Button>
    </section>
  );
}

/** The way back to the app, where it is known. */
export function BackToApp({ weight }: { readonly weight?: 'primary' | 'second' }) {
  const url = returnUrl();
  if (url === null) return null;
  return (
    <OutLink to={url} {...(weight !== undefined && { weight })}>
      Back to the app
    </OutLink>
  );
}

/** As tall as what is to come, so that nothing jumps. */
export function Skeleton({ heights }: { readonly heights: readonly number[] }) {
  return (
    <div class="skeletons">
      <p class="unseen" role="status">
        Loading
      </p>
      {heights.map((height, index) => (
        <div key={index} class="skeleton" style={{ height: `${height}px` }} />
      ))}
    </div>
  );
}
