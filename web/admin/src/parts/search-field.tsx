import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Search } from 'lucide-react';
import { useState } from 'react';

const TYPING_MS = 200;

/** Asks while somebody writes, but not for every letter; and follows what the address says. */
export function SearchField(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(props.value);
  const [told, setTold] = useState(props.value);
  const tell = useDebouncedCallback((text: string, path: string) => {
    // Whoever has gone on by a link is not brought back by what they had written before.
    if (globalThis.location.pathname !== path) return;
    setTold(text);
    props.onChange(text);
  }, TYPING_MS);
  if (props.value !== told) {
    setTold(props.value);
    setTyped(props.value);
  }
  return (
    <TextInput
      className="grow"
      label={props.label}
      placeholder={props.placeholder}
      type="search"
      size="xs"
      autoComplete="off"
      leftSection={<Search size={14} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value, globalThis.location.pathname);
      }}
    />
  );
}
