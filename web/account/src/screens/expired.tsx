import { Link } from '../parts/button.tsx';
import { BackToApp } from '../parts/messages.tsx';
import { View } from '../parts/view.tsx';
import { returnUrl } from '../state/customer.ts';

interface ExpiredProps {
  /** Whether a link was followed that is used or over; else there is no session, or no longer. */
  readonly isLink: boolean;
}

/** Somebody without a session: all that they can do is to come again from the app. */
export function ExpiredScreen({ isLink }: ExpiredProps) {
  return (
    <View
      title={isLink ? 'This link cannot be used any more' : 'Open your account from the app'}
      isNarrow
    >
      <p>
        {isLink
          ? 'A link to your account works once and for fifteen minutes, so that nobody else can ' +
            'use it. Open your account again from the app; nothing has been changed here.'
          : 'You are not signed in here, or no longer: for your safety, that lasts twelve hours. ' +
            'The app leads you back to this page.'}
      </p>
      <div class="actions">
        {returnUrl() === null ? (
          <Link to="/account/plans">See the plans</Link>
        ) : (
          <BackToApp weight="primary" />
        )}
      </div>
    </View>
  );
}
