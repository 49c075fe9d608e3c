/** What the server under test is asked, and what it tells, over the channel to the benchmark. */
export type ToServer =
  | { readonly kind: 'usage' }
  | { readonly kind: 'start_profile' }
  | { readonly kind: 'stop_profile'; readonly file: string };

export type FromServer =
  | { readonly kind: 'serving'; readonly url: string }
  | { readonly kind: 'usage'; readonly cpuMs: number }
  | { readonly kind: 'profiling' }
  | { readonly kind: 'profiled' };
