import { Tag } from '../../../parts/values.tsx';
import { spoken } from '../../../words/quantities.ts';

const TONES: Readonly<Record<string, 'good' | 'note' | 'bad' | 'accent'>> = {
  done: 'good',
  delivered: 'good',
  sent: 'good',
  equal: 'good',
  mended: 'good',
  stored: 'accent',
  waiting: 'accent',
  running: 'accent',
  different: 'note',
  dropped: 'note',
  failing: 'bad',
  failed: 'bad',
  stopped: 'bad',
};

/** How something in a queue stands, in its colour. */
export function QueueState({ of }: { readonly of: string }) {
  return <Tag tone={TONES[of] ?? 'plain'}>{spoken(of)}</Tag>;
}
