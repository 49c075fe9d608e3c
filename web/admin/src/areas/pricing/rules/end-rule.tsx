import { endRule, PRICING, type Rule } from '../../../api/pricing/rules.ts';
import { ReasonDrawer } from '../../../deeds/reason-drawer.tsx';

export function EndRule(props: {
  readonly of: Rule;
  readonly onDone?: () => void;
  readonly onClose: () => void;
}) {
  const { of } = props;
  return (
    <ReasonDrawer
      title={`End ${of.name}`}
      verb="End it"
      isGrave
      done={`${of.name} is ended`}
      refreshes={PRICING}
      onConfirm={(reason) => endRule(of, reason)}
      {...(props.onDone !== undefined && { onDone: props.onDone })}
      onClose={props.onClose}
    >
      <p>
        It applies to nothing that is bought from now on. What was bought by it stays as it was
        bought, and yearly prices belong to their versions.
      </p>
    </ReasonDrawer>
  );
}
