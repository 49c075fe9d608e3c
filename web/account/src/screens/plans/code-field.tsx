import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
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
  const isApplied = code !== null && fault === undefined;
  const place = useFocusOn(isApplied);
  if (isApplied) {
    return (
      <div class="split" ref={place}>
        <span>
          Promotion code <strong>{code}</strong>
        </span>
        <Button weight="plain" onPress={() => onApply(null)}>
          Remove<span class="unseen"> promotion code</span>
        </Button>
      </div>
    );
  }
  return (
    <form
      class="inline"
      ref={place}
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
      {fault !== undefined && (
        <Button
          weight="plain"
          onPress={() => {
            setText('');
            onApply(null);
          }}
        >
          Go on without it
        </Button>
      )}
    </form>
  );
}

/** What had the focus is gone when one form becomes the other; so the other gets it. */
function useFocusOn(isApplied: boolean) {
  const place = useRef<HTMLElement>(null);
  const shown = useRef(isApplied);
  useEffect(() => {
    if (shown.current === isApplied) return;
    shown.current = isApplied;
    place.current?.querySelector<HTMLElement>('input, button')?.focus();
  }, [isApplied]);
  return place as RefObject<never>;
}
