import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endSession, sessionsQuery, type OwnSession } from '../../api/own.ts';
import { Instant } from '../../parts/instant.tsx';
import { Failed, Fault, Loading } from '../../parts/states.tsx';
import { Tag } from '../../parts/values.tsx';
import { browserOf } from './browser.ts';

export function OwnSessions() {
  const { data, error, refetch } = useQuery(sessionsQuery);
  const queries = useQueryClient();
  const ending = useMutation({
    mutationFn: (session: OwnSession) => endSession(session.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['own', 'sessions'] }),
  });
  return (
    <section className="card" aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      {data === undefined && error === null && <Loading rows={2} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      <table className="changes">
        <tbody>
          {data?.data.map((session) => (
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
      <Fault error={ending.error} />
    </section>
  );
}
