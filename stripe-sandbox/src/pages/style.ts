/** The whole appearance of the pages: nothing is loaded from anywhere. */
export const STYLE = `
:root { color-scheme: light dark;
  --ground: #f5f6f8; --card: #fff; --text: #1a1f26; --quiet: #55606e; --line: #dfe3e8;
  --edge: #848e9b; --accent: #2456c9; --on-accent: #fff; --bad: #a8201a; --bad-ground: #fdeeed;
  --good: #146c43; --good-ground: #e9f6ef; --note: #5c4400; --note-ground: #fff3d1; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #101419; --card: #181d24; --text: #e8ebef; --quiet: #a6b0bd; --line: #2c343e;
  --edge: #77838f; --accent: #8ab0ff; --on-accent: #0b1220; --bad: #ffaaa5; --bad-ground: #3a1c1c;
  --good: #86d9ae; --good-ground: #15301f; --note: #ffe2a0; --note-ground: #362c10; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
.sandbox { margin: 0; padding: 8px 16px; text-align: center; font-size: 14px;
  color: var(--note); background: var(--note-ground); }
main { max-width: 960px; margin: 0 auto; padding: 32px 16px 64px; }
main.narrow { max-width: 520px; }
.columns { display: grid; gap: 24px; }
.columns > * { min-width: 0; }
@media (min-width: 800px) { .columns { grid-template-columns: 1fr 1fr; gap: 48px; }
  main { padding-top: 56px; } }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 8px; text-wrap: balance; }
h1 + .card, h1 + .message { margin-top: 16px; }
h2 { font-size: 17px; line-height: 1.4; margin: 0 0 12px; }
p { margin: 0 0 12px; }
h1, p, td:first-child, .choice > span { overflow-wrap: anywhere; }
a { color: var(--accent); }
.quiet { color: var(--quiet); }
.small { font-size: 14px; }
.times { white-space: nowrap; }
.total { font-size: 34px; line-height: 1.2; font-weight: 600; margin: 4px 0; }
.amount, .total { font-variant-numeric: tabular-nums; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 20px; margin: 0 0 20px; overflow-wrap: break-word; }
.card > :last-child { margin-bottom: 0; }
.message { border-radius: 8px; padding: 12px 14px; margin: 0 0 16px; }
.bad { color: var(--bad); background: var(--bad-ground); }
.good { color: var(--good); background: var(--good-ground); }
table { width: 100%; border-collapse: collapse; margin: 0 0 20px; }
th, td { text-align: left; padding: 8px 12px 8px 0; vertical-align: top; font-weight: 400;
  border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-size: 14px; white-space: nowrap; }
td.amount, th.amount { text-align: right; padding-right: 0; white-space: nowrap; }
tr.sum > * { font-weight: 600; }
label, legend { display: block; font-size: 14px; font-weight: 500; margin: 0 0 4px; padding: 0; }
fieldset { border: 0; margin: 0 0 16px; padding: 0; }
.field { margin: 0 0 16px; }
.field > .small { margin: 4px 0 0; }
.entry { border-top: 1px solid var(--line); padding: 16px 0; }
.entry:first-of-type { border-top: 0; padding-top: 0; }
.entry:last-child { padding-bottom: 0; }
.entry > p { margin: 0 0 4px; }
.entry > .row { margin-top: 8px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
input, select, textarea { width: 100%; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--edge); border-radius: 7px; padding: 9px 11px; min-height: 44px; }
input[type='radio'] { flex: none; width: 20px; min-height: 20px; margin: 0 8px 0 0;
  accent-color: var(--accent); align-self: center; }
label.choice { display: flex; align-items: baseline; font-size: 16px; font-weight: 400;
  padding: 8px 0; margin: 0; }
button { font: inherit; font-weight: 600; min-height: 44px; padding: 9px 18px; border-radius: 7px;
  border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent);
  cursor: pointer; }
button.wide { width: 100%; }
button.second { background: transparent; color: var(--accent); }
button.danger { background: transparent; color: var(--bad); border-color: var(--bad); }
.row { display: flex; flex-wrap: wrap; gap: 12px 20px; align-items: center; }
.row > .grow { flex: 1 1 200px; }
.row form { margin: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
details { margin: 0 0 16px; }
summary { cursor: pointer; font-size: 14px; color: var(--quiet); }
code { font: 14px/1.4 ui-monospace, monospace; }
details code { white-space: nowrap; }
`;
