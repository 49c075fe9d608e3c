import { Button, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { makeToken, revokeToken, tokensQuery, type Token } from '../../api/own.ts';
import { useSession } from '../../api/session.ts';
import { Instant } from '../../parts/instant.tsx';
import { More } from '../../parts/lists/more.tsx';
import { usePages } from '../../parts/lists/use-pages.ts';
import { Failed, Fault, Loading } from '../../parts/states.tsx';
import { Copyable } from '../../parts/values.tsx';
import { RoleField } from '../../parts/role-field.tsx';
import { spoken } from '../../words/quantities.ts';

/** What scripts sign in with, on behalf of whoever made it. */
export function Tokens() {
  const { rows, error, onRetry, more } = usePages(tokensQuery);
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['own', 'tokens'] });
  const revoking = useMutation({
    mutationFn: (token: Token) => revokeToken(token.id),
    onSettled: refresh,
  });
  return (
    <section className="card" aria-labelledby="tokens">
      <h2 id="tokens">Tokens for scripts</h2>
      {rows === undefined && error === null && <Loading rows={2} />}
      {rows === undefined && error !== null && <Failed error={error} onRetry={onRetry} />}
      {rows?.length === 0 && <p className="quiet small">There are none.</p>}
      <table className="changes">
        <tbody>
          {rows?.map((token) => (
            <tr key={token.id}>
              <th scope="row">
                {token.name} <span className="mono">{token.prefix}…</span>
                <div className="quiet small">
                  {spoken(token.role)}, ends <Instant at={token.expires_at} />
                </div>
              </th>
              <td className="right">
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={revoking.isPending && revoking.variables.id === token.id}
                  onClick={() => revoking.mutate(token)}
                >
                  Revoke
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More of={more} />
      <Fault error={revoking.error} />
      <NewToken onMade={refresh} />
    </section>
  );
}

const SPANS = [
  { value: '7', label: 'A week' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
];

function NewToken({ onMade }: { readonly onMade: () => Promise<void> }) {
  const { staff } = useSession();
  const [name, setName] = useState('');
  const [role, setRole] = useState(staff.role);
  const [days, setDays] = useState('30');
  const making = useMutation({
    async mutationFn() {
      const made = await makeToken({ name: name.trim(), role, expires_in_days: Number(days) });
      await onMade();
      setName('');
      return made;
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!making.isPending) making.mutate();
  };
  return (
    <form onSubmit={submit} className="beneath">
      <Stack gap="sm">
        {making.data !== undefined && (
          <div className="message note">
            Copy it now; it is not shown again. <Copyable text={making.data.token} what="it" />
          </div>
        )}
        <TextInput
          label="Name of a new token"
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <RoleField value={role} onChange={setRole} />
        <NativeSelect
          label="For how long"
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          data={SPANS}
        />
        <Fault error={making.error} />
        <div>
          <Button type="submit" size="xs" variant="default" loading={making.isPending}>
            Make a token
          </Button>
        </div>
      </Stack>
    </form>
  );
}
