"""How the page looks, in light and dark and from phone to desktop."""

from __future__ import annotations

STYLE = """\
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #fff; --ink: #1d2327; --soft: #57606a; --line: #d5d9de;
  --completed: #1a7f37; --started: #0969da; --ready: #9a6700; --blocked: #6e7781;
  --skipped: #8250df; --attention: #bc4c00; --unreadable: #cf222e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1d2125; --ink: #e6e9ec; --soft: #a3adb8; --line: #3a4149;
    --completed: #4ac26b; --started: #6cb6ff; --ready: #d4a72c; --blocked: #909aa5;
    --skipped: #c297ff; --attention: #f0883e; --unreadable: #ff7b72;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif;
}
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 1.5rem 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; }
a { color: inherit; }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible {
  outline: 3px solid var(--started); outline-offset: 2px;
}
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0; }
nav a { padding: .25rem 0; }
.skip-link { position: absolute; left: -100vw; }
.skip-link:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; }
.soft { color: var(--soft); }
.bar { height: .75rem; background: var(--line); border-radius: 1rem; overflow: hidden; }
.bar div { height: 100%; background: var(--completed); }
.card, details {
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .75rem 1rem; margin: .5rem 0;
}
.cards {
  display: grid; gap: .5rem;
  grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr));
}
.cards .card { margin: 0; }
summary { cursor: pointer; display: flex; justify-content: space-between; gap: 1rem; }
summary b { font-weight: 600; }
ul { list-style: none; margin: .5rem 0 0; padding: 0; }
li { padding: .4rem 0; border-top: 1px solid var(--line); }
li:target { outline: 2px solid var(--started); outline-offset: 2px; }
.state {
  font-size: .8rem; font-weight: 600; border: 1px solid; border-radius: 1rem; padding: 0 .5rem;
}
.completed { color: var(--completed); } .started { color: var(--started); }
.ready { color: var(--ready); } .blocked { color: var(--blocked); }
.skipped { color: var(--skipped); } .unreadable { color: var(--unreadable); }
.attention { color: var(--attention); }
table { border-collapse: collapse; width: 100%; }
th, td {
  text-align: left; padding: .3rem .5rem .3rem 0;
  border-top: 1px solid var(--line); vertical-align: top;
}
td.number, th.number { text-align: right; white-space: nowrap; }
.scroll { overflow-x: auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .phase { fill: var(--soft); font-weight: 600; }
svg .edge { fill: none; stroke: var(--blocked); stroke-opacity: .55; }
svg a:hover text, svg a:focus text { text-decoration: underline; }
svg circle { stroke: currentColor; stroke-width: 2; fill: var(--card); }
svg .completed circle, svg .started circle { fill: currentColor; }
svg .skipped circle { stroke-dasharray: 3 2; }
svg .attention circle { fill: currentColor; }
.legend { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
"""
