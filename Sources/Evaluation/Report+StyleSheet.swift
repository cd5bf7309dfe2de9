extension Report {
    /// The page's style: system fonts, light (`PlotColours`) and dark.
    static let styleSheet = """

        :root{color-scheme:light dark;--shade:#1b1f2433;--tile:#f5f7f9;\
        \(PlotColours.light.map { "--\($0):\($1)" }.joined(separator: ";"))}
        @media(prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e4e8ec;--soft:#9aa4af;\
        --rule:#2c3239;--tile:#1c2026;--shade:#000c;--forecast:#58a8ff;\
        --band:#58a8ff;--miss:#ff7a66;\
        --e0:#8b949e;--e1:#e69f00;--e2:#21b98e;--e3:#d98bc2;--e4:#56b4e9;--e5:#f0803c}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1240px;padding:24px 24px 48px;background:var(--paper);\
        color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",\
        "Liberation Sans",sans-serif;overflow-wrap:anywhere}
        h1{font-size:28px;line-height:1.2;margin:0 0 8px}
        h2{font-size:22px;line-height:1.25;margin:48px 0 12px}
        p{margin:0 0 12px;max-width:75ch;color:var(--soft)}
        footer{margin-top:48px;border-top:1px solid var(--rule);padding-top:16px;font-size:14px}
        .scroll{overflow-x:auto;background:\
        linear-gradient(90deg,var(--paper) 50%,transparent) left/48px 100% local,\
        linear-gradient(270deg,var(--paper) 50%,transparent) right/48px 100% local,\
        linear-gradient(90deg,var(--shade),transparent) left/14px 100% scroll,\
        linear-gradient(270deg,var(--shade),transparent) right/14px 100% scroll,var(--paper);\
        background-repeat:no-repeat}
        table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
        .caption{font-size:14px;margin:0 0 6px}
        th,td{padding:5px 14px 5px 0;text-align:right;white-space:nowrap;\
        border-bottom:1px solid var(--rule)}
        th:first-child,td:first-child{text-align:left}
        thead th{font-weight:600;color:var(--soft)} tbody th{font-weight:600}
        details{margin:0 0 8px} summary{cursor:pointer;color:var(--soft);padding:4px 0}
        .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:8px;\
        margin:0 0 8px}
        .figures div{background:var(--tile);border-radius:6px;padding:10px 12px;\
        display:flex;flex-direction:column}
        dd{margin:0;font-size:22px;line-height:1.2;font-weight:600;\
        font-variant-numeric:tabular-nums}
        dt{font-size:13px;line-height:1.35;color:var(--soft)}
        figure{margin:24px 0 0;min-width:0}
        figcaption{font-weight:600;font-size:16px}
        .pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));column-gap:32px}
        .legend{list-style:none;margin:2px 0 0;padding:0;font-size:13px;color:var(--soft);\
        display:flex;flex-wrap:wrap;gap:2px 16px}
        .legend li::before{content:"";display:inline-block;width:16px;height:0;\
        margin-right:6px;vertical-align:middle;border-top:3px solid var(--c)}
        .legend .area::before{height:11px;border:0;background:var(--c)}
        .legend .area.interval::before{opacity:.3} .legend .area.actual::before{opacity:.5}
        .legend .ideal::before,.legend .e0:not(.area)::before{border-top-style:dashed}
        \(PlotColours.ofStyles.map { ".\($0){--c:var(--\($1))}" }.joined(separator: " "))
        .pair figure{display:flex;flex-direction:column} .pair .frame{margin-top:auto}
        .frame{padding:30px 20px 58px 56px;container-type:inline-size}
        .frame>svg{display:block;overflow:visible}
        .line{fill:none;stroke:var(--c);stroke-width:1.5px;stroke-linejoin:round;\
        stroke-linecap:round;vector-effect:non-scaling-stroke}
        .line.mixture{stroke-width:2.5px} .line.range{stroke-width:1px}
        .line.ideal,.line.e0{stroke-dasharray:5 4}
        .band{fill:var(--c);stroke:none}
        .band.interval{fill-opacity:.2}
        .band.actual{fill-opacity:.4;stroke:var(--c);stroke-width:1px;\
        stroke-opacity:.6;vector-effect:non-scaling-stroke}
        .band.share{fill-opacity:.85}
        .dot{fill:var(--c)}
        .mark circle{fill:none;stroke:var(--miss);stroke-width:2px}
        .frame text{font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}
        .frame .mark text{fill:var(--miss);font-weight:700;text-anchor:middle;\
        stroke:var(--paper);stroke-width:3px;paint-order:stroke}
        .x{text-anchor:middle} .x.end{text-anchor:end} .y{text-anchor:end}
        .grid{stroke:var(--rule)} .axis{stroke:var(--soft)}
        @container(max-width:560px){.crowded{display:none}}
        @container(max-width:430px){.minor{display:none}}
        @media(max-width:720px){body{padding:16px 12px 32px} h1{font-size:24px}\
        .pair{grid-template-columns:minmax(0,1fr)} .frame{padding-right:12px}\
        .figures{grid-template-columns:repeat(2,minmax(0,1fr))}}
        @media print{body{max-width:none} section{break-inside:avoid-page}}

        """
}
