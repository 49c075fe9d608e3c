import type { InputKind } from '../kind.ts';
import { findReasons, putReasons, type ReasonLine } from './store.ts';

type ReasonField = 'reason_id' | 'user_id' | 'left_on' | 'reason' | 'comment' | 'plan' | 'origin';

const LONGEST_COMMENT = 4_000;

export const leavingReasons: InputKind<ReasonLine, ReasonField> = {
  name: 'leaving-reasons',
  title: 'Reasons for leaving',
  description: 'Why customers left, as they said when they did or were asked later.',
  fields: [
    { name: 'reason_id', isNeeded: true, description: 'Of whoever has asked.' },
    {
      name: 'user_id',
      isNeeded: true,
      description: "The app's id of the user, or that of a customer of an imported history.",
    },
    { name: 'left_on', isNeeded: true, description: 'The day on which they left.' },
    { name: 'reason', isNeeded: true, description: 'In a word, such as `pricing`.' },
    { name: 'comment', isNeeded: false, description: `At most ${LONGEST_COMMENT} characters.` },
    { name: 'plan', isNeeded: false, description: "The user's; as on record if not given." },
    { name: 'origin', isNeeded: false, description: 'Under which their history was imported.' },
  ],
  read(reader, defaults) {
    return {
      origin: reader.text('origin') || defaults.origin,
      reasonKey: reader.text('reason_id', 'needed'),
      userKey: reader.text('user_id', 'needed'),
      leftMs: reader.instant('left_on', 'needed') ?? 0,
      reason: reader.text('reason', 'needed'),
      comment: reader.text('comment', undefined, LONGEST_COMMENT),
      plan: reader.text('plan'),
    };
  },
  keyOf: ({ origin, reasonKey }) => JSON.stringify([origin, reasonKey]),
  find: findReasons,
  put: putReasons,
};
