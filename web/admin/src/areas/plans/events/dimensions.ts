/** What of an event is counted. */
export const DIMENSIONS = [
  { value: 'amount', label: 'Its amount', said: 'Its amount' },
  { value: 'count', label: 'One an event', said: 'One' },
  { value: 'tokens_in', label: 'Its tokens in', said: 'Its tokens in' },
  { value: 'tokens_out', label: 'Its tokens out', said: 'Its tokens out' },
] as const;
