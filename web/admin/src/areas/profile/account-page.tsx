import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { segment } from '../../api/request.ts';
import { useMay } from '../../api/session.ts';
import { userQuery } from '../../api/users.ts';
import { Page } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';

const route = getRouteApi('/inside/users/$user/account-page');

const WIDTHS = [
  { value: 'wide', label: 'On a screen' },
  { value: 'narrow', label: 'On a phone' },
];

/** The customer's own page as they see it: a page of its own, in which nothing can be done. */
export function AccountPage() {
  const { user } = route.useParams();
  const { as = 'wide' } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const { data: profile } = useQuery(userQuery(user));
  const name = profile?.name ?? profile?.email ?? user;
  const show = (width: string): void => {
    const search = width === 'wide' ? {} : { as: width };
    void navigate({ to: '/users/$user/account-page', params: { user }, search, replace: true });
  };
  return (
    <Page
      title={`The page of ${name}`}
      deeds={
        <>
          <To to="/users/$user" params={{ user }} size="sm" className="beside-deeds">
            Back to the profile
          </To>
          <SegmentedControl
            size="xs"
            aria-label="How it is shown"
            value={as}
            onChange={show}
            data={WIDTHS}
          />
        </>
      }
    >
      {may('money.read') ? (
        <iframe
          className={as === 'narrow' ? 'account-page narrow' : 'account-page'}
          title={`The account page of ${name}`}
          // Its scripts read by the session of whoever looks; there is no way out of the frame.
          sandbox="allow-scripts allow-same-origin allow-forms"
          src={`/account/seen/${segment(user)}`}
        />
      ) : (
        <Empty title="This is not for your role" />
      )}
    </Page>
  );
}
