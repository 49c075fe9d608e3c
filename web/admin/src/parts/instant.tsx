import { Tooltip } from '@mantine/core';
import { parseInstant } from '@whisperforge/kernel/clock';
import { showDay, showInstant } from '../../../ui/dates.ts';
import { useNowMs } from '../words/now.ts';
import { showRelative } from '../words/relative.ts';

/** How long ago or from now; on hover and focus the instant itself, with the zone named. */
export function Instant(props: { readonly at: string | null; readonly isStill?: boolean }) {
  const nowMs = useNowMs();
  const atMs = props.at === null ? undefined : parseInstant(props.at);
  if (props.at === null || atMs === undefined) return <span className="quiet">–</span>;
  const absolute = showInstant(props.at);
  return (
    <Tooltip label={absolute} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={props.at} tabIndex={props.isStill === true ? undefined : 0}>
        {showRelative(atMs, nowMs)}
        <span className="sr-only"> ({absolute})</span>
      </time>
    </Tooltip>
  );
}

/** A day, with the instant on hover. */
export function Day(props: { readonly at: string | null }) {
  if (props.at === null) return <span className="quiet">–</span>;
  return (
    <time dateTime={props.at} title={showInstant(props.at)}>
      {showDay(props.at)}
    </time>
  );
}
