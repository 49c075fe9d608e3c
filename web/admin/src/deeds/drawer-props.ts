import type { UserProfile } from '../api/contract/users.ts';
import type { DeedSubject } from './use-deed.ts';

/** What the drawer of a deed for a user gets. */
export interface UserDeedProps {
  readonly profile: UserProfile;
  readonly subject: DeedSubject;
  /** What of theirs it is done to, where there are several: an invoice, an event, a discount. */
  readonly of?: string;
  readonly onClose: () => void;
}
