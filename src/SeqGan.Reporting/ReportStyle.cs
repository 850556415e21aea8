namespace SeqGan.Reporting;

/// <summary>The look of a report: light, dark and printed.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--ink:#1b2330;--soft:#5a6577;--rule:#dde2ea;--grid:#e8ecf2;
        --accent:#1d4ed8;--p1:#1d4ed810;--p2:#b4530918;--p4:#0f766e12;
        --s0:#1d4ed8;--s1:#c2410c;--s2:#0f766e;--s3:#9333ea;--s4:#a16207;--s5:#be185d;--s6:#475569;--s7:#4d7c0f}
        @media (prefers-color-scheme:dark){:root{--back:#10141b;--card:#181e28;--ink:#e6eaf1;--soft:#9ba7b8;--rule:#2c3543;--grid:#262f3c;
        --accent:#7aa5ff;--p1:#7aa5ff12;--p2:#ffab6b14;--p4:#4fd1c012;
        --s0:#7aa5ff;--s1:#ff9f5c;--s2:#4fd1c0;--s3:#c99bff;--s4:#e6c35c;--s5:#ff8fc0;--s6:#aab6c7;--s7:#a8d35f}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main{max-width:1240px;margin:0 auto;padding:28px 24px 56px}
        h1{font-size:28px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:20px;margin:40px 0 12px;padding-bottom:6px;border-bottom:1px solid var(--rule)}
        h3{font-size:15px;margin:0;overflow-wrap:anywhere}.lead{margin:0 0 18px;color:var(--soft)}
        .hint{margin:2px 0 0;color:var(--soft);font-size:13px}
        h2+.hint{margin:0 0 12px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}
        .tiles div{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:10px 14px}
        .tiles dt{color:var(--soft);font-size:13px}.tiles dd{margin:0;font-size:18px;font-weight:600}
        .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,500px),1fr));gap:16px}
        .chart,article{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px 16px;
        break-inside:avoid;min-width:0}.chart{display:flex;flex-direction:column}
        .chart>svg{width:100%;height:auto;display:block;margin-top:auto}
        .chart figcaption{min-height:66px}
        .legend{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:6px 0 2px;padding:0;font-size:13px}
        .legend li{display:flex;align-items:center;gap:6px;overflow-wrap:anywhere}
        svg text{font-size:11.5px;fill:var(--soft)}
        svg .label{font-size:12.5px}
        svg .point{fill:var(--ink)}.mid{text-anchor:middle}.end{text-anchor:end}.rule{stroke:var(--grid)}
        line.axis{stroke:var(--soft)}
        .line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .band{fill:var(--c);opacity:.16}.dot{fill:var(--c);stroke:var(--card);stroke-width:1}.bar{fill:var(--c)}
        .s0{--c:var(--s0)}.s1{--c:var(--s1);stroke-dasharray:7 4}.s2{--c:var(--s2);stroke-dasharray:2 4}
        .s3{--c:var(--s3);stroke-dasharray:9 3 2 3}
        .s4{--c:var(--s4)}.s5{--c:var(--s5);stroke-dasharray:7 4}.s6{--c:var(--s6);stroke-dasharray:2 4}
        .s7{--c:var(--s7);stroke-dasharray:9 3 2 3}.dot,.bar,.band{stroke-dasharray:none}
        .p1{fill:var(--p1)}.p2{fill:var(--p2)}.p4{fill:var(--p4)}
        .key{stroke:var(--rule)}h2+.legend{margin:-4px 0 12px}
        summary{cursor:pointer;color:var(--accent);font-size:13px;margin-top:6px}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;font-size:13.5px;width:100%;background:var(--card)}
        th,td{padding:5px 10px;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top;overflow-wrap:anywhere}
        thead th{color:var(--soft);font-weight:600}
        tbody th{font-weight:500}
        .scroll th{overflow-wrap:normal}.scroll th[scope=row]{max-width:320px;overflow-wrap:break-word}
        .number,.data td{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td.hint{font-size:12.5px;min-width:200px}
        .samples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,270px),1fr));gap:16px}
        ol{margin:8px 0 0;padding-left:24px}
        li::marker{color:var(--soft);font-size:12px}
        code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;
        overflow-wrap:anywhere}
        li i{color:var(--soft)}
        .tables{columns:370px;column-gap:16px}
        .facts{margin:0 0 16px;border:1px solid var(--rule);break-inside:avoid;table-layout:fixed}
        .facts caption{text-align:left;font-weight:600;padding:6px 0}.facts th{width:66%}
        .changed{font-weight:600}.default{display:block;font-weight:400;color:var(--soft);font-size:12px}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        @media print{:root{--back:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#bbb;--grid:#ddd;--accent:#000;
        --s0:#1d4ed8;--s1:#c2410c;--s2:#0f766e;--s3:#9333ea;--s4:#a16207;--s5:#be185d;--s6:#475569;--s7:#4d7c0f}
        body{font-size:12px}main{max-width:none;padding:0}.grid{grid-template-columns:1fr 1fr}.data:not([open]){display:none}
        h2{break-after:avoid}}
        """;
}
