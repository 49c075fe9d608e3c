import type { Problem } from '../api/problem.ts';
import { Fault } from '../parts/states.tsx';
import { spoken } from '../words/quantities.ts';
import { listFaults } from './faults.ts';

/** Everything that was found wrong at once; each is said at its field, too. */
export function FaultList(props: { readonly problem: Problem | null; readonly within?: string }) {
  const { problem } = props;
  const faults = listFaults(problem, props.within);
  if (problem === null || faults.length === 0) return <Fault error={problem} />;
  return (
    <div className="message bad" role="alert">
      {faults.length === 1 ? 'This cannot be:' : 'These cannot be:'}
      <ul className="fault-list">
        {faults.map(({ at, message }) => (
          <li key={at}>
            {at !== '' && <strong>{wayOf(at)}: </strong>}
            {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

const UNSAID = /^(?:features|effect|conditions|rule|\d+)$/;
const WORDS: Readonly<Record<string, string>> = {
  percent_off_basis_points: 'Percent off',
  monthly_prices: 'Price of a month',
};

/** `features/audio_minutes/limit` as `Audio minutes, limit`. */
function wayOf(at: string): string {
  const parts = at.split('/').filter((part) => !UNSAID.test(part));
  const [first = at, ...rest] = parts.map((part) => WORDS[part] ?? spoken(part));
  return [first, ...rest.map((part) => part.toLowerCase())].join(', ');
}
