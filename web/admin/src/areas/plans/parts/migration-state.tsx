import { Tag } from '../../../parts/values.tsx';
import { spoken } from '../../../words/quantities.ts';

const TONES: Readonly<Record<string, 'good' | 'note' | 'bad' | 'accent'>> = {
  running: 'accent',
  stopped: 'note',
  done: 'good',
  moved: 'good',
  scheduled: 'accent',
  skipped: 'note',
  refused: 'bad',
};

/** How a migration, or one who is moved by it, stands. */
export function MigrationState({ of }: { readonly of: string }) {
  return <Tag tone={TONES[of] ?? 'plain'}>{spoken(of)}</Tag>;
}
