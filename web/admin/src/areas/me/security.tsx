import { Page } from '../../parts/page.tsx';
import { PasswordChange } from './password-change.tsx';
import { SecondFactor } from './second-factor.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { Tokens } from './tokens.tsx';

/** How somebody proves who they are, where they are signed in, and what acts for them. */
export function Security() {
  return (
    <Page title="Own security">
      <div className="two-columns">
        <div>
          <SecondFactor />
          <PasswordChange />
        </div>
        <div>
          <OwnSessions />
          <Tokens />
        </div>
      </div>
    </Page>
  );
}
