/** JSON for people, in a box of its own that scrolls. */
export function Payload(props: { readonly label: string; readonly of: unknown }) {
  const text = typeof props.of === 'string' ? props.of : JSON.stringify(props.of, null, 2);
  return (
    <section aria-label={props.label}>
      <pre className="payload" tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
