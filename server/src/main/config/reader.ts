import { readFileSync } from 'node:fs';

export type Environment = 'production' | 'development' | 'test';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface IntegerOptions {
  readonly least: number;
  readonly most: number;
  readonly fallback: number;
}

export interface Reader {
  text(name: string): string | undefined;
  /** Also from the file that `NAME_FILE` names, as container platforms hand out secrets. */
  secret(name: string): string | undefined;
  integer(name: string, options: IntegerOptions): number;
  /** The first of the choices where nothing is said. */
  oneOf<const T extends string>(name: string, choices: readonly [T, ...T[]]): T;
}

/** Reads variables and notes what is wrong with them. */
export function reader(env: Variables, faults: string[]): Reader {
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  return {
    text,
    secret: (name) => readSecret({ name, value: text(name), path: text(`${name}_FILE`) }, faults),
    integer(name, { least, most, fallback }) {
      const value = text(name);
      if (value === undefined) return fallback;
      const parsed = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      if (parsed >= least && parsed <= most) return parsed;
      faults.push(`${name} is ${value}: it must be a whole number from ${least} to ${most}.`);
      return fallback;
    },
    oneOf(name, choices) {
      const value = text(name);
      if (value === undefined) return choices[0];
      const choice = choices.find((known) => known === value);
      if (choice !== undefined) return choice;
      faults.push(`${name} is ${value}: it must be one of ${choices.join(', ')}.`);
      return choices[0];
    },
  };
}

interface SecretSource {
  readonly name: string;
  readonly value: string | undefined;
  readonly path: string | undefined;
}

function readSecret({ name, value, path }: SecretSource, faults: string[]): string | undefined {
  if (path === undefined) return value;
  if (value !== undefined) {
    faults.push(`${name} and ${name}_FILE are both set: only one of them may be.`);
    return value;
  }
  try {
    const content = readFileSync(path, 'utf8').trim();
    if (content === '') faults.push(`${name}_FILE names an empty file.`);
    return content === '' ? undefined : content;
  } catch (fault) {
    const reason = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unreadable';
    faults.push(`${name}_FILE names a file that cannot be read (${reason}).`);
    return undefined;
  }
}
