import type { Explained, QuoteLine } from '../../../api/pricing/rules.ts';
import { Day } from '../../../parts/instant.tsx';
import { To } from '../../../parts/to.tsx';
import { Amount, Tag } from '../../../parts/values.tsx';
import { counted, showCount } from '../../../words/quantities.ts';

type QuoteAnswer = NonNullable<Explained['quote']>;

/** Each line with where it comes from; they sum to the first payment. */
export function Quote({ of }: { readonly of: QuoteAnswer }) {
  const { currency } = of;
  const minor = (amount: number) => <Amount of={{ amount_minor: amount, currency }} />;
  return (
    <section className="card" aria-label="Quote">
      <h2>What is paid, by version {of.version}</h2>
      <table className="changes quote">
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Because of</th>
            <th scope="col" className="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {of.lines.map((line) => (
            <tr key={`${line.kind} ${line.description}`}>
              <th scope="row">
                {line.description}
                {line.quantity > 1 && (
                  <div className="small">
                    {showCount(line.quantity)} at {minor(line.unit_amount_minor)}
                  </div>
                )}
              </th>
              <td>
                <Because of={line} />
              </td>
              <td className="number">{minor(line.amount_minor)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              First payment
            </th>
            <td className="number becomes">{minor(of.total_minor)}</td>
          </tr>
        </tfoot>
      </table>
      <p className="small">
        Due now: {minor(of.due_now_minor)}
        {of.trial_days > 0 && <>, since it is tried for {counted(of.trial_days, 'day')} first</>}
      </p>
      <Later of={of} />
    </section>
  );
}

function Because({ of }: { readonly of: QuoteLine }) {
  const { rule, promotion_code: code } = of;
  if (rule !== null) {
    return (
      <To to="/pricing" search={{ rule }} fz={13.5}>
        {rule}
      </To>
    );
  }
  if (code === null) return <span className="quiet">the plan</span>;
  return (
    <To to="/pricing/codes" search={{ code }} fz={13.5}>
      <Tag tone="accent">{code}</Tag>
    </To>
  );
}

function Later({ of: { recurring, currency } }: { readonly of: QuoteAnswer }) {
  if (recurring.length === 0) return null;
  return (
    <>
      <h3>Payments from then on</h3>
      <ul className="payments">
        {recurring.map(({ from, amount_minor: amount, discount_minor: discount }) => (
          <li key={from}>
            <span>
              From <Day at={from} />
            </span>
            <span>
              <Amount of={{ amount_minor: amount, currency }} />
              {discount > 0 && (
                <span className="quiet small">
                  {' '}
                  (<Amount of={{ amount_minor: discount, currency }} /> off)
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
