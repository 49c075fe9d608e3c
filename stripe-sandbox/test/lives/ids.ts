/** The id of what may be expanded. */
export function idOf(each: string | { readonly id: string }): string {
  return typeof each === 'string' ? each : each.id;
}
