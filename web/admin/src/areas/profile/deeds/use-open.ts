import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';

const route = getRouteApi('/inside/users/$user');

/** Opens the drawer of a deed, of the one thing that is named, or closes the one that is open. */
export type OpenDeed = (key: string | undefined, of?: string) => void;

/** The deed that is open stands in the address, beside what else the view shows. */
export function useOpenDeed(): OpenDeed {
  const { user } = route.useParams();
  const { kinds } = route.useSearch();
  const navigate = useNavigate();
  return useMemo(
    () => (deed, of) => {
      const search = {
        ...(kinds !== undefined && { kinds }),
        ...(deed !== undefined && { deed }),
        ...(of !== undefined && { of }),
      };
      void navigate({ to: '/users/$user', params: { user }, search, replace: true });
    },
    [navigate, user, kinds],
  );
}
