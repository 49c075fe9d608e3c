import type { FormHash } from '../http/form.ts';
import { invalid } from '../http/errors.ts';
import { markup, type Content, type Markup } from './markup.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value?: string | null;
  readonly type?: 'text' | 'email' | 'number';
  readonly autocomplete?: string;
  readonly inputmode?: 'numeric' | 'text' | 'email';
  readonly hint?: Content;
  readonly isRequired?: boolean;
  readonly isFixed?: boolean;
}

/** A labelled field; its hint is read out with it. */
export function field(shown: Field): Markup {
  const { name, label, value = '', type = 'text', hint = null, isRequired = true } = shown;
  const described = hint !== null && markup` aria-describedby="${name}-hint"`;
  return markup`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value}"${described}${
    shown.autocomplete !== undefined && markup` autocomplete="${shown.autocomplete}"`
  }${shown.inputmode !== undefined && markup` inputmode="${shown.inputmode}"`}${
    isRequired && markup` required`
  }${shown.isFixed === true && markup` readonly`}>${
    hint !== null && markup`<p class="quiet small" id="${name}-hint">${hint}</p>`
  }</div>`;
}

const LONGEST_FIELD = 500;

/** What a form says in a field, trimmed; `null` where it says nothing. */
export function said(form: FormHash, name: string): string | null {
  const value = form[name];
  if (value === undefined) return null;
  if (typeof value !== 'string' || value.length > LONGEST_FIELD) {
    throw invalid(`The field ${name} cannot be read.`, { param: name });
  }
  const trimmed = value.trim();
  return trimmed === '' ? null : trimmed;
}

/** What a form must say in a field. */
export function required(form: FormHash, name: string, label: string): string {
  const value = said(form, name);
  if (value === null) throw invalid(`Please fill in: ${label}.`, { param: name });
  return value;
}

const LONGEST_EMAIL = 254;

/** An e-mail address, as far as its form tells. */
export function requiredEmail(form: FormHash): string {
  const email = required(form, 'email', 'e-mail');
  if (email.length <= LONGEST_EMAIL && /^[^\s@]+@[^\s@]+$/.test(email)) return email;
  throw invalid('Please enter an e-mail address.', { code: 'email_invalid', param: 'email' });
}
