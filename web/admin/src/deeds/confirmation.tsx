import { DifferencesTable } from '../parts/differences-table.tsx';
import { BillTable } from './bill-table.tsx';
import {
  billOf,
  tellPreview,
  type NamedFeature,
  type PreviewAnswer,
  type Teller,
} from './preview.ts';
import { ReasonForm } from './reason-form.tsx';

/** What would be, and the reason for which it is done. */
export function Confirmation(props: {
  readonly preview: PreviewAnswer;
  readonly verb: string;
  readonly tell: Teller | undefined;
  readonly features: readonly NamedFeature[] | undefined;
  /** What a bill of it is: `The next invoice`. */
  readonly billed: string;
  readonly isBilledLater: boolean;
  readonly isGrave: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onBack: () => void;
  readonly onConfirm: (reason: string) => void;
}) {
  const { preview, tell, features, billed, isBilledLater, ...form } = props;
  return (
    <ReasonForm {...form}>
      <WouldBe {...{ preview, tell, features, billed, isBilledLater }} />
    </ReasonForm>
  );
}

function WouldBe(props: {
  readonly preview: PreviewAnswer;
  readonly tell: Teller | undefined;
  readonly features: readonly NamedFeature[] | undefined;
  readonly billed: string;
  readonly isBilledLater: boolean;
}) {
  const { preview } = props;
  const differences = tellPreview(preview, props.tell, props.features);
  const bill = billOf(preview, props.isBilledLater);
  const isNothing = differences.length === 0 && bill === undefined;
  return (
    <>
      <section aria-label="What would be">
        <DifferencesTable of={differences} />
        {bill !== undefined && <BillTable caption={props.billed} of={bill} />}
        {isNothing && <p>Nothing else changes by this.</p>}
      </section>
      {[...(preview.warnings ?? []), ...(preview.notes ?? [])].map((said) => (
        <p key={said} className="message note">
          {said}
        </p>
      ))}
    </>
  );
}
