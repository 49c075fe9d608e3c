import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { amountOf, showMoney } from '../../../ui/money.ts';
import { showCount, showLimit, spoken } from '../words/quantities.ts';

export interface PricedAmount {
  readonly amount_minor: number;
  readonly currency: string;
}

/** Money with its currency, and with its period where it recurs. */
export function Amount(props: { readonly of: PricedAmount | null; readonly per?: string }) {
  if (props.of === null) return <span className="quiet">–</span>;
  return (
    <span className="number">
      {showMoney(amountOf(props.of))}
      {props.per !== undefined && <span className="quiet"> / {props.per}</span>}
    </span>
  );
}

type Tone = 'good' | 'note' | 'bad' | 'accent' | 'plain';

export function Tag(props: { readonly tone?: Tone; readonly children: ReactNode }) {
  return <span className={`tag ${props.tone ?? 'plain'}`}>{props.children}</span>;
}

const TONES: Readonly<Record<string, Tone>> = {
  active: 'good',
  trialing: 'accent',
  past_due: 'bad',
  unpaid: 'bad',
  restricted: 'bad',
  canceled: 'note',
  paused: 'note',
};

/** A status in its colour; one that is new here is shown as it is. */
export function Status(props: { readonly of: string | null }) {
  if (props.of === null || props.of === 'none') return <span className="quiet">–</span>;
  return <Tag tone={TONES[props.of] ?? 'plain'}>{spoken(props.of)}</Tag>;
}

/** How much of a limit is used: a bar, and the numbers that it stands for. */
export function Meter(props: {
  readonly label: string;
  readonly used: number;
  readonly limit: number | null;
}) {
  const { used, limit } = props;
  const share = limit === null || limit === 0 ? 0 : Math.min(1, used / limit);
  return (
    <div
      className={share >= 1 ? 'meter full' : 'meter'}
      role="meter"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={limit ?? Math.max(used, 1)}
      aria-valuenow={Math.min(used, limit ?? used)}
      aria-valuetext={`${showCount(used)} of ${showLimit(limit)} used`}
    >
      <span style={{ width: `${Math.round(share * 1_000) / 10}%` }} />
    </div>
  );
}

/** An id, and a button that takes it along. */
export function Copyable(props: { readonly text: string; readonly what: string }) {
  return (
    <span className="copyable">
      <span className="mono">{props.text}</span>
      <CopyButton value={props.text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : `Copy ${props.what}`}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              onClick={copy}
              aria-label={`Copy ${props.what}`}
            >
              {copied ? <Check size={14} /> : <Copy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
