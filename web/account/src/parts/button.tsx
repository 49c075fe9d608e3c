import type { ComponentChildren } from 'preact';
import { addressOf, seenUser } from '../state/seen.ts';
import { useRouter } from '../state/route.ts';

/** One `primary` a view: what most people come to do there. */
export type Weight = 'primary' | 'second' | 'danger' | 'plain';

interface ButtonProps {
  readonly weight?: Weight;
  readonly type?: 'button' | 'submit';
  readonly isBusy?: boolean;
  readonly label?: string;
  readonly onPress?: () => unknown;
  readonly children: ComponentChildren;
}

/** While it is busy it keeps the focus and does nothing, and says so. */
export function Button({
  weight = 'second',
  type = 'button',
  isBusy = false,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      class={weight}
      aria-disabled={isBusy}
      aria-busy={isBusy}
      aria-label={rest.label}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else void rest.onPress?.();
      }}
    >
      {rest.children}
    </button>
  );
}

interface LinkProps {
  readonly to: string;
  readonly weight?: Weight;
  readonly label?: string;
  readonly isCurrent?: boolean;
  readonly children: ComponentChildren;
}

/** A way to another view; with a modifier key it opens like any other link. */
export function Link({ to, weight, label, isCurrent = false, children }: LinkProps) {
  const { go } = useRouter();
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={addressOf(to)}
      class={weight === undefined ? undefined : `button ${weight}`}
      aria-label={label}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}

/** A way out: to the app, or to a page of Stripe's. Staff who look stay in the portal. */
export function OutLink({ to, weight, label, children }: Omit<LinkProps, 'isCurrent'>) {
  const shape = weight === undefined ? undefined : `button ${weight}`;
  return (
    <a
      href={to}
      class={shape}
      aria-label={label}
      onClick={(event) => seenUser !== null && event.preventDefault()}
    >
      {children}
    </a>
  );
}
