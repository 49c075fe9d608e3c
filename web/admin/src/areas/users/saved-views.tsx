import { useNavigate } from '@tanstack/react-router';
import { KeptViews } from '../../parts/views/kept-views.tsx';

/** Lists of users that somebody has kept under a name. */
export function SavedViews(props: { readonly search: Readonly<Record<string, string>> }) {
  const navigate = useNavigate();
  return (
    <KeptViews
      list="users"
      search={props.search}
      onOpen={(search) => void navigate({ to: '/users', search })}
    />
  );
}
