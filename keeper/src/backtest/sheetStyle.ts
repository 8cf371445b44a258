/** Style of a tear sheet: light and dark by the reader's own setting, readable from 375 px on. */
export const SHEET_STYLE = `
:root{color-scheme:light dark;--ink:#16202c;--soft:#5b6878;--paper:#fbfbf9;--card:#fff;--rule:#e3e5e8;--grid:#eceef0;
--t0:#1f6feb;--t1:#e08a1e;--t2:#7a8593;--t3:#2a9d6f;--t4:#b14cc4;--t5:#c2453a;--t6:#4aa3a2;--t7:#8d6e4f;--t8:#6472c9;--t9:#a3ab3f;
--cash:#cfd6de;--bull:#5cb88a;--range:#e6bd5a;--bear:#d8746a;--unknown:#b9c0c8;--good:47,145,100;--bad:200,72,60}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf1;--soft:#98a4b3;--paper:#10151b;--card:#171e26;--rule:#2a333e;--grid:#222b35;
--t0:#5b9dff;--t1:#f0a94a;--t2:#8d99a8;--t3:#4cc393;--t4:#cf7fe0;--t5:#ee7a6e;--t6:#66c2c0;--t7:#b99572;--t8:#8d9af0;--t9:#c4cc62;
--cash:#3a4653;--bull:#3f9c70;--range:#b8923a;--bear:#b4554c;--unknown:#4a5562}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 4px;letter-spacing:-.015em}
h2{font-size:1.08rem;margin:36px 0 10px;letter-spacing:-.005em}
p{margin:6px 0}.lead{color:var(--soft)}.note{color:var(--soft);font-size:.88rem}
.warn{border-left:3px solid var(--range);padding:2px 0 2px 12px;margin:14px 0;font-size:.92rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:20px 0 4px}
.tile{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:10px 14px}
.tile b{display:block;font-size:1.4rem;line-height:1.25;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.tile span{color:var(--soft);font-size:.8rem;display:block;line-height:1.35}
.card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:12px 12px 8px;margin:0}
svg{display:block;width:100%;height:auto}svg.narrow{display:none}
.grid{stroke:var(--grid);stroke-width:1}.tick{fill:var(--soft);font:11px system-ui,sans-serif}
.line{fill:none;stroke-width:1.5;stroke-linejoin:round;opacity:.85}.line.strong{stroke-width:2.6;opacity:1}
.area{opacity:.5}.layer{opacity:.88}
.regime.bull{fill:var(--bull)}.regime.range{fill:var(--range)}.regime.bear{fill:var(--bear)}.regime.unknown{fill:var(--unknown)}
${Array.from({ length: 10 }, (_, i) => `.line.t${i}{stroke:var(--t${i})}.area.t${i},.layer.t${i}{fill:var(--t${i})}i.t${i}{background:var(--t${i})}`).join("")}
.layer.cash{fill:var(--cash)}i.cash{background:var(--cash)}i.bull{background:var(--bull)}i.range{background:var(--range)}i.bear{background:var(--bear)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:2px 4px 8px;padding:0;font-size:.84rem;color:var(--soft)}
.legend i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.scroll{overflow-x:auto;-webkit-overflow-scrolling:touch}
table{border-collapse:collapse;width:100%;font-size:.86rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:6px 9px;border-bottom:1px solid var(--rule);white-space:nowrap}
th:first-child,td:first-child{text-align:left}th{font-weight:600;color:var(--soft);font-size:.78rem}
tbody tr:last-child td{border-bottom:0}tr.own td{font-weight:650}
.heat td{text-align:center;padding:6px 4px}.heat td:first-child{text-align:left;padding-left:9px}
.words td,.words th{text-align:left;white-space:normal;vertical-align:top}.words td:first-child,.words td.n{white-space:nowrap}
.words td:last-child{min-width:230px}
.tag{display:inline-block;border-radius:9px;padding:0 8px;font-size:.78rem;line-height:1.6;background:var(--unknown);color:#10151b}
.tag.bull{background:var(--bull)}.tag.range{background:var(--range)}.tag.bear{background:var(--bear)}
details{border-bottom:1px solid var(--rule);padding:8px 4px}details:last-child{border-bottom:0}
summary{cursor:pointer;display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline;list-style:none}
summary::-webkit-details-marker{display:none}summary::before{content:"+";color:var(--soft);width:.8em}
details[open] summary::before{content:"\\2212"}summary b{font-variant-numeric:tabular-nums}
details ul,ul.plain{margin:6px 0 6px;padding-left:22px;font-size:.88rem}li{margin:3px 0}
.legend li{margin:0}
footer{margin-top:40px;color:var(--soft);font-size:.82rem}
@media(max-width:640px){main{padding:20px 12px 40px}svg.wide{display:none}svg.narrow{display:block}h1{font-size:1.4rem}
.tiles{grid-template-columns:1fr 1fr}.tile{padding:8px 10px}.tile b{font-size:1.2rem}.card{padding:8px 6px 6px}th,td{padding:5px 7px}}
@media print{body{background:#fff}.card,.tile{break-inside:avoid}}
`;
