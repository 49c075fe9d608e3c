import { Paper, Stack } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

/** A view for those who are not signed in: one form. */
export function Outside(props: { readonly title: string; readonly children: ReactNode }) {
  useEffect(() => {
    globalThis.document.title = `${props.title} · WhisperForge staff`;
  }, [props.title]);
  return (
    <div className="outside">
      <main>
        <Paper withBorder p="xl" bg="var(--card)">
          <Stack gap="md">
            <div>
              <div className="quiet small">WhisperForge staff</div>
              <h1 className="outside-title">{props.title}</h1>
            </div>
            {props.children}
          </Stack>
        </Paper>
      </main>
    </div>
  );
}
