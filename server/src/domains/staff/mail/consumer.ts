import { assert } from '@whisperforge/kernel/assert';
import type { Consumer, OutboxEvent } from '../../outbox/index.ts';
import { mintInvitation } from '../invitations/invitations.ts';
import { findMember } from '../members/store.ts';
import type { StaffParts } from '../parts.ts';
import { mintReset } from '../resets/resets.ts';
import type { Letters } from './letters.ts';
import { INVITED, RESET_ASKED } from './topics.ts';

/**
 * Writes what was promised. The secret of a link is made here, just before it leaves, so that no
 * row and no event ever holds it; a letter that is written again has another link.
 */
export function lettersConsumer(parts: StaffParts, letters: Letters): Consumer {
  return {
    name: 'staff_letters',
    topics: [INVITED, RESET_ASKED],
    handle: (event, signal) =>
      event.topic === INVITED
        ? sendInvitation(parts, letters, { event, signal })
        : sendReset(parts, letters, { event, signal }),
  };
}

interface Told {
  readonly event: OutboxEvent;
  readonly signal: AbortSignal;
}

async function sendInvitation(
  parts: StaffParts,
  letters: Letters,
  { event, signal }: Told,
): Promise<void> {
  const id = numberIn(event, 'invitation_id');
  assert(id !== null, 'somebody was invited');
  const minted = await mintInvitation(parts, id);
  if (minted === undefined) return;
  const { invitation, url } = minted;
  await letters.send(
    {
      to: invitation.email,
      subject: 'You are invited to the WhisperForge portal',
      lines: [
        `You have been invited to sign in to the staff portal as ${invitation.role}.`,
        'The link is good for seven days, and once.',
      ],
      action: { label: 'Accept the invitation', url },
      footer: 'You get this because a member of staff has entered your address.',
      key: `staff-invitation-${id}-${event.attempt}`,
    },
    signal,
  );
}

async function sendReset(
  parts: StaffParts,
  letters: Letters,
  { event, signal }: Told,
): Promise<void> {
  const staffId = numberIn(event, 'staff_id');
  if (staffId === null) return;
  const member = await findMember(parts.database, staffId);
  if (member === undefined || member.deactivatedMs !== null) return;
  const { id, url } = await mintReset(parts, staffId);
  await letters.send(
    {
      to: member.email,
      subject: 'A new password for the WhisperForge portal',
      lines: [
        'Somebody, probably you, has asked for a new password.',
        'The link is good for one hour, and once. If it was not you, nothing needs to be done.',
      ],
      action: { label: 'Choose a new password', url },
      footer: 'You get this because you are a member of staff.',
      key: `staff-reset-${id}`,
    },
    signal,
  );
}

function numberIn({ payload }: OutboxEvent, name: string): number | null {
  const value = (payload as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'number' ? value : null;
}
