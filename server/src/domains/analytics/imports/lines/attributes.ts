// pure

/** How many attributes a file may tell of a customer. */
export const MOST_ATTRIBUTES = 20;

/** The field of a line that tells an attribute, such as `attribute.industry`. */
export function attributeField(name: string): string {
  return `attribute.${name}`;
}

export function isAttributeName(text: string): boolean {
  return /^[^\p{Cc}]{1,100}$/u.test(text);
}
