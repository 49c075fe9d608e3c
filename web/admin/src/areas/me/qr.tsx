import { useMemo } from 'react';
import { encode } from 'uqr';

/** A text as a picture that a telephone reads, drawn here: nobody else is told the text. */
export function Qr(props: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => {
    const code = encode(props.text, { border: 0 });
    const dots = code.data.flatMap((row, y) =>
      row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
    );
    return { size: code.size, path: dots.join('') };
  }, [props.text]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.label}>
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
