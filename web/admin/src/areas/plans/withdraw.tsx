import { withdrawPlan, type WithdrawnPlan } from '../../api/plans/withdrawal.ts';
import { PLANS, type Version } from '../../api/plans/versions.ts';
import { TryDrawer } from '../../forms/try-drawer.tsx';
import { counted } from '../../words/quantities.ts';

/** Takes a plan off sale; those who hold it stay as they are. */
export function WithdrawPlan(props: {
  readonly plan: string;
  readonly onSale: Version;
  readonly onClose: () => void;
}) {
  const { plan, onSale, onClose } = props;
  return (
    <TryDrawer<WithdrawnPlan>
      title={`Withdraw ${onSale.name}`}
      verb="Withdraw it"
      isGrave
      done={`${onSale.name} is sold no more`}
      refreshes={PLANS}
      isReady
      attempt={(attempt) => withdrawPlan({ plan, version: onSale.version }, attempt)}
      tell={({ subscribers, version }) => (
        <p>
          Version {version} goes off sale. <strong>{counted(subscribers, 'subscriber')}</strong> of
          all its versions {subscribers === 1 ? 'keeps' : 'keep'} what they hold, and what they pay.
        </p>
      )}
      onClose={onClose}
    >
      {() => (
        <p>
          Nobody can buy it from then on, or change to it. To sell it again, edit it in a draft and
          publish that.
        </p>
      )}
    </TryDrawer>
  );
}
