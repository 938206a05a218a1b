/** For light and dark, screen and paper. Colours never stand alone: each state has a sign too. */
export const style = `
:root{color-scheme:light dark;--back:#f7f8fa;--card:#fff;--text:#1c2128;--soft:#5b6573;--line:#d8dde4;--good:#1a7f37;--goodback:#e3f6e8;--bad:#c5221f;--badback:#fde9e7;--wait:#8a6100;--waitback:#fdf3d6}
@media(prefers-color-scheme:dark){:root{--back:#0f1318;--card:#181d24;--text:#e4e9f0;--soft:#9aa5b3;--line:#313943;--good:#57c777;--goodback:#14301d;--bad:#ff8078;--badback:#3d1917;--wait:#e3b341;--waitback:#352a0c}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1080px;margin:0 auto;padding:28px 20px 60px;overflow-wrap:anywhere}
h1{font-size:24px;margin:0 0 4px;display:flex;gap:12px;align-items:center}
h2{font-size:17px;margin:32px 0 10px}
h3{font-size:15px;margin:0;display:inline}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12.5px}
.soft{color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 18px;margin:12px 0}
.banner{border-left:6px solid var(--tone);background:var(--toneback)}
.banner p{margin:4px 0}
.passed{--tone:var(--good);--toneback:var(--goodback)}
.failed{--tone:var(--bad);--toneback:var(--badback)}
.not-evaluated,.skipped{--tone:var(--wait);--toneback:var(--waitback)}
.mark{display:inline-block;min-width:21px;height:21px;line-height:21px;border-radius:11px;text-align:center;font-size:13px;font-weight:700;color:var(--tone);background:var(--toneback);flex:none}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 14px;margin:10px 0 0}
dt{color:var(--soft)}
dd{margin:0;min-width:0}
details{border-top:1px solid var(--line);padding:8px 0}
details:first-of-type{margin-top:8px}
section>details:first-child{border-top:0;padding:0;margin:0}
summary{cursor:pointer;display:flex;gap:9px;align-items:center;flex-wrap:wrap}
summary::before{content:"▸";color:var(--soft)}
details[open]>summary::before{content:"▾"}
table{border-collapse:collapse;width:100%;margin:8px 0 4px}
td,th{text-align:left;vertical-align:top;padding:6px 10px 6px 0;border-top:1px solid var(--line);font-weight:400}
td:first-child{width:32px}
td:nth-child(2){width:190px}
tr.failed{background:var(--badback)}
tr.failed td:first-child{padding-left:5px}
.values{margin-top:4px}
.change{margin:8px 0;padding-left:20px}
.graph{overflow-x:auto;padding:12px}
svg{display:block;margin:0 auto;max-width:100%;height:auto}
svg text{fill:var(--text);font:13px system-ui,"DejaVu Sans",sans-serif}
svg .name{font-weight:600}
svg .small{fill:var(--soft);font-size:11.5px;paint-order:stroke;stroke:var(--card);stroke-width:4px}
svg .sign{fill:var(--tone);font-weight:700;text-anchor:middle}
svg .box{fill:var(--card);stroke:var(--tone);stroke-width:1.6}
svg .head{fill:var(--toneback)}
svg .edge{fill:none;stroke:var(--tone);stroke-width:1.8}
svg .edge.not-evaluated{stroke-dasharray:5 4}
svg .tip{fill:var(--tone)}
svg .dot{fill:var(--tone)}
.legend{display:flex;gap:18px;flex-wrap:wrap;font-size:13px;color:var(--soft);margin:6px 0 0}
@media(max-width:600px){tr{display:grid;grid-template-columns:36px 1fr}td:nth-child(n+2){width:auto;grid-column:2}td:nth-child(3){border:0}dl{grid-template-columns:1fr}}
@media print{body{background:#fff}.card{break-inside:avoid}}
`
