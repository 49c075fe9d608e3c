/** One thing that a check does not accept, at a place that an editor can open. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

export function renderFinding(finding: Finding): string {
  return `${finding.path}:${finding.line}  ${finding.message}  (${finding.rule})`;
}

/** Findings in reading order, so that two runs over one tree print the same text. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) => compareText(a.path, b.path) || a.line - b.line || compareText(a.message, b.message),
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
