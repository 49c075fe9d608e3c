import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: ComponentChildren;
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly options: readonly Option<T>[];
  readonly value: T | null;
  readonly onChange: (value: T) => unknown;
  /** Side by side like a switch, where the labels are short. */
  readonly isSwitch?: boolean;
}

/** One of a few: radio buttons, which arrow keys walk through. */
export function ChoiceField<T extends string>(props: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class={props.isSwitch === true ? 'switch' : 'choices'}>
      <legend class={props.isSwitch === true ? 'unseen' : undefined}>{props.legend}</legend>
      {props.options.map(({ value, label, hint }) => (
        <label key={value} class="choice">
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          <span>
            {label}
            {hint !== undefined && <span class="hint">{hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => unknown;
  readonly hint?: string;
  readonly fault?: string | undefined;
  readonly inputMode?: 'text' | 'numeric' | 'decimal';
  readonly isLong?: boolean;
  readonly autoCapitalize?: 'characters' | 'none';
}

/** A line to fill in, with its fault said beside it and to screen readers. */
export function TextField({ label, value, hint, fault, isLong = false, ...rest }: TextFieldProps) {
  const id = useId();
  const notes = [hint !== undefined && `${id}-hint`, fault !== undefined && `${id}-fault`];
  const shared = {
    id,
    value,
    'aria-describedby': notes.filter(Boolean).join(' ') || undefined,
    'aria-invalid': fault !== undefined,
    'onInput': (event: { currentTarget: { value: string } }) =>
      void rest.onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isLong ? (
        <textarea rows={3} maxLength={500} {...shared} />
      ) : (
        <input
          type="text"
          inputMode={rest.inputMode ?? 'text'}
          autocapitalize={rest.autoCapitalize ?? 'none'}
          autocomplete="off"
          spellcheck={false}
          {...shared}
        />
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p class="fault" id={`${id}-fault`} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
