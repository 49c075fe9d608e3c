import { useMay } from '../../../api/session.ts';
import { To } from '../../../parts/to.tsx';

/** The way to who has changed something and why, for those who may read the audit trail. */
export function TrailLink(props: { readonly kind: string; readonly id: string }) {
  const may = useMay();
  if (!may('audit.read')) return null;
  return (
    <To to="/audit" search={{ subject: `${props.kind}:${props.id}` }} fz={14}>
      Who changed it, and why
    </To>
  );
}
