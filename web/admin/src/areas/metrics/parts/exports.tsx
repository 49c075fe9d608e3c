import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import type { Asked } from '../../../api/metrics/figures.ts';
import { exportUrl, segment } from '../../../api/request.ts';

/** What is shown as a file, with the same filters. */
export function Exports(props: {
  readonly metric: string;
  readonly asked: Asked;
  /** Whether it is the rows of one figure. */
  readonly ofRows?: boolean;
}) {
  const base = `/metrics/${segment(props.metric)}${props.ofRows === true ? '/rows' : ''}`;
  return ['csv', 'json'].map((type) => (
    <Button
      key={type}
      component="a"
      variant="default"
      size="xs"
      leftSection={<Download size={14} />}
      href={exportUrl(`${base}/export.${type}`, props.asked)}
      download={`${props.metric}.${type}`}
    >
      {type.toUpperCase()}
    </Button>
  ));
}
