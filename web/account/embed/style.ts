/** Sites change the look by these variables and by the parts `plan` and `buy`. */
export const STYLE = `
:host { display: block; color-scheme: light dark; font: inherit; line-height: 1.5;
  --accent: var(--wf-accent, light-dark(#3250c8, #93b1ff));
  --on-accent: var(--wf-on-accent, light-dark(#fff, #0a1128));
  --ground: var(--wf-ground, light-dark(#fff, #171c22));
  --text: var(--wf-text, light-dark(#161b22, #e9edf2));
  --quiet: var(--wf-quiet, light-dark(#525c69, #a7b1be));
  --line: var(--wf-line, light-dark(#e1e5ea, #2a323c)); }
* { box-sizing: border-box; }
p, ul, dl, dd, h3 { margin: 0; padding: 0; list-style: none; }
.plans { display: grid; gap: 16px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 230px), 1fr)); }
li { display: grid; grid-row: span 6; grid-template-rows: subgrid; align-content: start;
  row-gap: 8px; min-width: 0; padding: 20px;
  color: var(--text); background: var(--ground); border: 1px solid var(--line);
  border-radius: 12px; }
h3 { font-size: 1.2em; }
.quiet { color: var(--quiet); font-size: .9em; }
.price strong { font-size: 1.7em; font-variant-numeric: tabular-nums; }
a, button { font: inherit; font-weight: 600; min-height: 44px; border-radius: 8px; cursor: pointer;
  display: inline-flex; align-items: center; justify-content: center; padding: 6px 16px;
  text-decoration: none; border: 1px solid var(--accent); }
a { background: var(--accent); color: var(--on-accent); }
button { background: var(--ground); color: var(--accent); }
button[aria-pressed=true] { background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.switch { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 16px; }
dl > div { display: flex; justify-content: space-between; gap: 12px; padding: 5px 0;
  font-size: .95em; border-top: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { text-align: right; font-variant-numeric: tabular-nums; }
`;
