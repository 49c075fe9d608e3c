/** What a gate or a meter found out about one request, by feature, for as long as it lives. */
export interface RequestState<Value> {
  set(request: object, feature: string, value: Value): void;
  get(request: object, feature: string): Value | undefined;
}

/** Kept beside the request, not on it: nothing of the framework's types needs to be widened. */
export function createRequestState<Value>(): RequestState<Value> {
  const states = new WeakMap<object, Map<string, Value>>();
  return {
    set: (request, feature, value) => {
      const features = states.get(request) ?? new Map<string, Value>();
      features.set(feature, value);
      states.set(request, features);
    },
    get: (request, feature) => states.get(request)?.get(feature),
  };
}
