import { Link } from '../parts/button.tsx';
import { BackToApp } from '../parts/messages.tsx';
import { View } from '../parts/view.tsx';
import { returnUrl } from '../state/customer.ts';

/** Somebody without a session: their link is used or over, or they have been here for too long. */
export function ExpiredScreen() {
  return (
    <View title="This link cannot be used any more" isNarrow>
      <p>
        A link to your account works once and for fifteen minutes, so that nobody else can use it.
        Open your account again from the app; nothing has been changed here.
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
