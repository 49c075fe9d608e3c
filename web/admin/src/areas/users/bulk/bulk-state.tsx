import { Tag } from '../../../parts/values.tsx';
import { spoken } from '../../../words/quantities.ts';

const TONES: Readonly<Record<string, 'good' | 'note' | 'bad' | 'accent'>> = {
  running: 'accent',
  stopped: 'note',
  done: 'good',
  refused: 'bad',
};

/** How a bulk deed, or one of its users, stands. */
export function BulkState({ of }: { readonly of: string }) {
  return <Tag tone={TONES[of] ?? 'plain'}>{spoken(of)}</Tag>;
}
