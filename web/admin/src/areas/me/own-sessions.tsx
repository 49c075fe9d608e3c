import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { endSession, sessionsQuery, type OwnSession } from '../../api/own.ts';
import { Instant } from '../../parts/instant.tsx';
import { More } from '../../parts/lists/more.tsx';
import { usePages } from '../../parts/lists/use-pages.ts';
import { Failed, Fault, Loading } from '../../parts/states.tsx';
import { Tag } from '../../parts/values.tsx';
import { browserOf } from './browser.ts';

export function OwnSessions() {
  const { rows, error, onRetry, more } = usePages(sessionsQuery);
  const queries = useQueryClient();
  const ending = useMutation({
    mutationFn: (session: OwnSession) => endSession(session.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['own', 'sessions'] }),
  });
  return (
    <section className="card" aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      {rows === undefined && error === null && <Loading rows={2} />}
      {rows === undefined && error !== null && <Failed error={error} onRetry={onRetry} />}
      <table className="changes">
        <tbody>
          {rows?.map((session) => (
            <tr key={session.id}>
              <th scope="row">
                {browserOf(session.user_agent)} {session.is_this && <Tag tone="good">This one</Tag>}
                <div className="quiet small">
                  {session.address}, since <Instant at={session.created_at} />
                </div>
              </th>
              <td className="right">
                {!session.is_this && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    loading={ending.isPending && ending.variables.id === session.id}
                    onClick={() => ending.mutate(session)}
                  >
                    End
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More of={more} />
      <Fault error={ending.error} />
    </section>
  );
}
