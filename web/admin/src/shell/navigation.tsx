import { Link } from '@tanstack/react-router';
import { useMay, useSession } from '../api/session.ts';
import { AREAS } from './areas.ts';

export function Navigation(props: { readonly onChoice: () => void }) {
  const may = useMay();
  const { server } = useSession();
  return (
    <div className="shell-nav">
      {AREAS.filter(({ permission }) => may(permission)).map(({ name, to, icon: Icon, key }) => (
        <Link key={to} to={to} onClick={props.onChoice} aria-keyshortcuts={`g ${key}`}>
          <Icon size={17} aria-hidden />
          {name}
        </Link>
      ))}
      <div className="foot">Version {server.version}</div>
    </div>
  );
}
