import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/fields.tsx';

interface CodeFieldProps {
  /** What is applied. */
  readonly code: string | null;
  /** Why it does not apply, in the server's words. */
  readonly fault: string | undefined;
  readonly onApply: (code: string | null) => unknown;
}

/** A promotion code: typed, applied, taken away again. */
export function CodeField({ code, fault, onApply }: CodeFieldProps) {
  const [text, setText] = useState(code ?? '');
  if (code !== null && fault === undefined) {
    return (
      <p class="split">
        <span>
          Promotion code <strong>{code}</strong>
        </span>
        <Button weight="plain" onPress={() => onApply(null)}>
          Remove<span class="unseen"> promotion code</span>
        </Button>
      </p>
    );
  }
  return (
    <form
      class="inline"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(text.trim() === '' ? null : text.trim());
      }}
    >
      <TextField
        label="Promotion code"
        value={text}
        onInput={setText}
        fault={fault}
        autoCapitalize="characters"
      />
      <Button type="submit" label="Apply promotion code">
        Apply
      </Button>
    </form>
  );
}
