import { beginDraft } from '../../../api/plans/drafts.ts';
import { PLANS } from '../../../api/plans/versions.ts';
import { ReasonDrawer } from '../../../deeds/reason-drawer.tsx';

/** A draft of what is on sale; nothing follows from it until it is published. */
export function BeginDraft(props: {
  readonly plan: string;
  readonly onBegun: () => void;
  readonly onClose: () => void;
}) {
  const { plan } = props;
  return (
    <ReasonDrawer
      title="Edit in a draft"
      verb="Begin the draft"
      done="The draft is begun"
      refreshes={PLANS}
      onConfirm={(reason) => beginDraft({ plan, reason })}
      onDone={props.onBegun}
      onClose={props.onClose}
    >
      <p>
        The draft begins as what is on sale. Customers see nothing of it until it is published, and
        whoever holds a version keeps it even then.
      </p>
    </ReasonDrawer>
  );
}
