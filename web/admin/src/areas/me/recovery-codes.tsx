import { Button, CopyButton, Group, Stack } from '@mantine/core';

/** Shown once: what lets somebody in whose app is lost. */
export function RecoveryCodes(props: {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}) {
  return (
    <Stack gap="sm" mb="md">
      <p className="message note">
        Keep these somewhere safe. Each lets you in once when you do not have the app, and they are
        not shown again.
      </p>
      <ul className="codes mono" aria-label="Recovery codes">
        {props.codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group gap="xs">
        <CopyButton value={props.codes.join('\n')}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy all'}
            </Button>
          )}
        </CopyButton>
        <Button size="xs" onClick={props.onKept}>
          I have kept them
        </Button>
      </Group>
    </Stack>
  );
}
