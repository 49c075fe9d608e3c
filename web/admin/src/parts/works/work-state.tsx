import { spoken } from '../../words/quantities.ts';
import { Tag } from '../values.tsx';

const TONES: Readonly<Record<string, 'good' | 'note' | 'bad' | 'accent'>> = {
  running: 'accent',
  stopped: 'note',
  done: 'good',
  moved: 'good',
  scheduled: 'accent',
  skipped: 'note',
  refused: 'bad',
};

/** How a long work, or one of those whom it is for, stands. */
export function WorkState({ of }: { readonly of: string }) {
  return <Tag tone={TONES[of] ?? 'plain'}>{spoken(of)}</Tag>;
}
