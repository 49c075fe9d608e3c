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

/** `features/audio_minutes/limit` as `Audio minutes, limit`. */
function wayOf(at: string): string {
  const parts = at.split('/').filter((part) => !/^(?:features|effect|conditions|rule)$/.test(part));
  const [first = at, ...rest] = parts.map(spoken);
  return [first, ...rest.map((part) => part.toLowerCase())].join(', ');
}
