/// What pages look like: light and dark, on a screen, a phone and on paper.
///
/// What a colour says is always said by a word or a sign too. The words are the system's own; nothing comes from elsewhere.
let pageStyle = baseStyle + partsStyle + reportStyle + narrowStyle

private let baseStyle = """
    :root { color-scheme: light dark; --page: #f5f6f8; --card: #fff; --text: #1b1f24; --soft: #57606a; --line: #d5dae0;
      --link: #0a58a6; --focus: #0a58a6; --main: #0a58a6; --ontomain: #fff; --code: #eef0f3;
      --bad: #b42318; --badsoft: #fdecea; --warn: #7a4f00; --warnsoft: #fdf3dc; --good: #17693a; --goodsoft: #e4f5ea;
      --info: #0a58a6; --infosoft: #e3effb; --calm: #475467; --calmsoft: #eaedf1;
      --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace }
    @media (prefers-color-scheme: dark) { :root { --page: #111418; --card: #191d23; --text: #e4e8ed; --soft: #a1abb7;
      --line: #323a44; --link: #84bdf7; --focus: #84bdf7; --main: #84bdf7; --ontomain: #0b1a2a; --code: #232932;
      --bad: #ff9d92; --badsoft: #3d1f1c; --warn: #f0c264; --warnsoft: #372c13; --good: #81d7a2; --goodsoft: #16321e;
      --info: #84bdf7; --infosoft: #17293d; --calm: #bec7d2; --calmsoft: #272d36 } }
    *, ::before, ::after { box-sizing: border-box }
    html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100% }
    body { margin: 0 auto; padding: 0 1.25rem 2rem; max-width: 84rem; background: var(--page); color: var(--text);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif }
    h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere }
    h2 { margin: 0 0 .5rem; font-size: 1.05rem; line-height: 1.35 }
    h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere }
    p { margin: 0 0 .5rem; overflow-wrap: anywhere }
    h1 + p:not(.summary) { margin-top: .5rem }
    a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .15em }
    a:hover { text-decoration-thickness: 2px }
    :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px }
    main:focus { outline: none }
    code, pre, .digest { font-family: var(--mono); font-size: .8125rem }
    code { overflow-wrap: anywhere }
    pre { margin: .5rem 0 0; padding: .6rem .75rem; border-radius: .35rem; background: var(--code); overflow-x: auto;
      line-height: 1.45; tab-size: 4 }
    del, ins { text-decoration: none }
    del { color: var(--bad) }
    ins { color: var(--good) }
    section { margin: 0 0 1.75rem }
    .soft, .meta, .kind { color: var(--soft) }
    .meta { font-size: .875rem }
    .kind { font-weight: 500 }
    .slash { margin: 0 .2em; color: var(--soft); font-weight: 400 }
    .none { color: var(--soft); font-style: italic }
    .summary { margin: .2rem 0 1.25rem; color: var(--soft) }
    .count { color: var(--soft); font-weight: 400; font-variant-numeric: tabular-nums }
    .url, .subject { overflow-wrap: anywhere }
    .hidden, .sprite { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap }
    .skip { position: absolute; left: 1rem; top: -4rem; z-index: 1; padding: .5rem .9rem; border-radius: 0 0 .4rem .4rem;
      background: var(--main); color: var(--ontomain) }
    .skip:focus { top: 0 }
    .icon { flex: none; width: 1em; height: 1em; overflow: visible; vertical-align: -.12em }
    symbol path, symbol circle { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round;
      stroke-linejoin: round }
    symbol .solid { fill: currentColor }

    /* The frame. */
    .top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; margin: 0 -1.25rem; padding: .6rem 1.25rem;
      border-bottom: 1px solid var(--line); background: var(--card) }
    .brand { display: inline-flex; align-items: center; gap: .4rem; min-height: 1.75rem; color: var(--text); font-weight: 650;
      text-decoration: none }
    .brand .icon { width: 1.25em; height: 1.25em; color: var(--link) }
    .crumbs { display: flex; flex-wrap: wrap; margin: 0; padding: 0; list-style: none }
    .crumbs li::before { margin: 0 .6rem; color: var(--soft); content: "›" }
    .crumbs li:first-child::before { margin-left: 0 }
    .crumbs a { display: inline-block; padding: .15rem 0 }
    .viewer { display: flex; align-items: center; gap: .75rem; margin-left: auto }
    .viewer a { display: inline-block; padding: .15rem 0 }
    .tabs { margin: 0 -1.25rem; padding: 0 1.25rem; border-bottom: 1px solid var(--line); background: var(--card) }
    .tabs ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; margin: 0; padding: 0; list-style: none }
    .tabs a { display: block; padding: .5rem .75rem; border-bottom: 3px solid transparent; color: var(--soft);
      text-decoration: none }
    .tabs a:hover { color: var(--text) }
    .tabs a[aria-current] { border-color: var(--link); color: var(--text); font-weight: 600 }
    .tabs .count { padding: 0 .4rem; border-radius: 1rem; background: var(--warnsoft); color: var(--warn); font-size: .8125rem }
    .tabs.inner { margin: 0 0 1rem; padding: 0; background: none }
    main { padding-top: 1.25rem }
    .title { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin: 0 0 1rem }
    .title > :nth-child(3) { margin: 0 0 0 auto }
    .notice { display: flex; align-items: baseline; gap: .5rem; margin: 0 0 1rem; padding: .5rem .8rem;
      border: 1px solid currentColor; border-radius: .4rem; background: var(--goodsoft); color: var(--good) }
    .notice.bad { background: var(--badsoft); color: var(--bad) }
    footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--line); color: var(--soft);
      font-size: .875rem }
    footer p { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem }
    footer a { padding: .15rem 0 }
    #stale { padding: .4rem .8rem; border-radius: .4rem; background: var(--warnsoft); color: var(--warn) }
    #stale[hidden] { display: none }

    """

private let partsStyle = """
    /* Badges. */
    .badge { display: inline-flex; align-items: center; gap: .3em; padding: 0 .5em; border-radius: 1em;
      font-size: .8125rem; line-height: 1.6; white-space: nowrap }
    .badges, .chips { display: inline-flex; flex-wrap: wrap; gap: .25rem }
    .bad { color: var(--bad); background: var(--badsoft) }
    .warn { color: var(--warn); background: var(--warnsoft) }
    .good { color: var(--good); background: var(--goodsoft) }
    .info { color: var(--info); background: var(--infosoft) }
    .calm { color: var(--calm); background: var(--calmsoft) }
    #badges { display: flex; flex-wrap: wrap; gap: .25rem }

    /* What needs attention. */
    .attention { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card);
      color: var(--text) }
    .attention p { margin: 0 }
    .attention p .icon { margin-right: .5em; color: var(--good) }
    .attention ul { margin: 0; padding: 0; list-style: none }
    .attention li { display: flex; gap: .6rem; padding: .3rem 0; background: none; overflow-wrap: anywhere }
    .attention li + li { border-top: 1px solid var(--line) }
    .attention li .icon { margin-top: .28em }
    .attention li span { color: var(--text) }
    .attention a { font-weight: 600 }
    .callout { margin: 0 0 .75rem; padding: .7rem 1rem; border: 1px solid var(--line); border-left: 4px solid currentColor;
      border-radius: .4rem; background: var(--card) }
    .callout > :not(h2) { color: var(--text) }
    .callout h2 { display: flex; align-items: center; gap: .5rem; margin: 0 0 .3rem; font-size: 1rem }
    .callout .meta { color: var(--soft) }
    .callout > :last-child { margin-bottom: 0 }
    #callouts { margin: 0 0 1.25rem }
    #running .callout { margin-bottom: .5rem }
    progress { display: block; width: 100%; height: .5rem; margin: .25rem 0 .75rem; border: 0; border-radius: 1rem;
      overflow: hidden; background: var(--calmsoft); accent-color: var(--info) }
    progress::-webkit-progress-bar { background: var(--calmsoft) }
    progress::-webkit-progress-value { background: var(--info) }
    progress::-moz-progress-bar { background: var(--info) }
    .progress:empty { display: none }
    .progress { margin: 0 0 1rem; font-weight: 600; font-variant-numeric: tabular-nums }

    /* Facts, forms and buttons. */
    dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: .75rem 2rem; margin: 0 0 1.25rem;
      padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card) }
    dl.facts dt { color: var(--soft); font-size: .8125rem }
    dl.facts dd { margin: 0; overflow-wrap: anywhere }
    form { margin: 0 }
    button, .button { display: inline-flex; align-items: center; min-height: 2.1rem; padding: .25rem .9rem; border: 1px solid var(--line);
      border-radius: .4rem; background: var(--card); color: var(--text); font: inherit; text-decoration: none; cursor: pointer }
    button:hover, .button:hover { border-color: var(--soft) }
    button.main { border-color: var(--main); background: var(--main); color: var(--ontomain); font-weight: 600 }
    button.quiet { min-height: 1.75rem; padding: 0 .5rem; border-color: transparent; background: none; color: var(--link);
      text-decoration: underline }
    .actions { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; margin-bottom: 1.75rem }
    .actions p { margin: 0 }
    .callout form { margin-top: .5rem }
    input, select { min-height: 2.1rem; padding: .25rem .5rem; border: 1px solid var(--soft); border-radius: .35rem;
      background: var(--card); color: var(--text); font: inherit }
    .form { display: grid; gap: .35rem; max-width: 28rem; margin: 1rem 0 }
    .form label { margin-top: .5rem; font-weight: 600 }
    .form button { margin-top: .75rem; justify-self: start }
    .form .row { display: flex; align-items: end; gap: .75rem }
    .form .row .button { min-height: 2.1rem }
    .filters { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem .75rem; margin: 0 0 .75rem }
    .filters label { display: grid; gap: .1rem; color: var(--soft); font-size: .8125rem }
    .filters > a { padding: .35rem 0 }
    .pager { display: flex; align-items: center; gap: 1rem; margin-top: .75rem }
    .pager a { padding: .3rem 0 }

    /* Tables. */
    table { width: 100%; border-collapse: collapse }
    th, td { padding: .4rem .75rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
    thead th { color: var(--soft); font-size: .8125rem; font-weight: 500; white-space: nowrap }
    tbody th { font-weight: 500 }
    tbody tr { border-top: 1px solid var(--line) }
    td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
    .stack, .matrix { border: 1px solid var(--line); border-radius: .5rem; border-collapse: separate; border-spacing: 0;
      background: var(--card); overflow: hidden }
    .stack tbody th, .stack tbody td, .matrix tbody th, .matrix tbody td { border-top: 1px solid var(--line) }
    .scroll { overflow-x: auto; border-radius: .5rem }
    .matrix td, .matrix th { min-width: 11rem }
    .matrix thead th:first-child { width: 28% }
    .matrix .repository th, .matrix .repository td { background: var(--calmsoft) }
    .matrix .repository .name { display: block; font-weight: 650 }
    .matrix .repository .commit { font-size: .8125rem; font-weight: 400 }
    .matrix tbody tr:not(.repository) th { padding-left: 1.5rem }
    .matrix .environment { font-weight: 600 }
    .matrix .badges, .matrix .chips { display: flex; margin-top: .25rem }
    .matrix .empty { color: var(--soft) }
    .stack a:not(.button), .matrix a { display: inline-block; padding: .05rem 0 }
    .matrix .repository .badge { background: var(--card) }
    .deployment + .deployment { margin-top: .6rem; padding-top: .5rem; border-top: 1px dashed var(--line) }
    .version .none { font-weight: 400 }
    .version { font-weight: 600; font-variant-numeric: tabular-nums }
    .declared { margin-left: .35em; color: var(--warn); white-space: nowrap }
    .where { display: block; margin-top: .15rem; font-size: .8125rem }
    .resources .group th { background: var(--calmsoft); font-size: .8125rem; font-weight: 600 }
    .resources, .repositories { table-layout: fixed }
    .resources thead th:nth-child(1) { width: 28% } .resources thead th:nth-child(2) { width: 14% }
    .resources thead th:nth-child(3) { width: 14.5rem } .resources thead th:nth-child(5) { width: 22% }
    .repositories thead th:nth-child(1) { width: 14% } .repositories thead th:nth-child(2) { width: 30% }
    .repositories thead th:nth-child(4) { width: 8.5rem }
    .place { color: var(--soft) }

    /* The timeline. */
    .timeline { margin: 0 0 1rem; padding: 0; list-style: none }
    .timeline li { position: relative; padding: 0 0 .9rem 2.1rem; background: none }
    .timeline li::before { position: absolute; left: .75rem; top: 1.5rem; bottom: 0; width: 1px; background: var(--line); content: "" }
    .timeline li:last-child::before { display: none }
    .timeline .mark { position: absolute; left: 0; top: 0; display: grid; place-items: center; width: 1.55rem; height: 1.55rem;
      border-radius: 50%; background: var(--card); border: 1px solid currentColor }
    .timeline p { margin: 0; color: var(--text) }
    .timeline p.meta, .timeline time { color: var(--soft) }
    .timeline time { font-size: .875rem; font-variant-numeric: tabular-nums }

    /* The graph. */
    .choice ul { display: flex; flex-wrap: wrap; gap: .25rem .5rem; margin: 0 0 1rem; padding: 0; list-style: none }
    .choice a { display: block; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card);
      text-decoration: none }
    .choice a[aria-current] { border-color: var(--link); font-weight: 600 }
    .scroll.graph { margin: 0 0 1.5rem; border: 1px solid var(--line); background: var(--card) }
    svg.graph { display: block; margin: 0 auto }
    svg.graph .edge { fill: none; stroke: var(--soft); stroke-width: 1.25 }
    svg.graph .head { fill: var(--soft) }
    .node { color: var(--calm); background: none }
    .node.bad { color: var(--bad) } .node.warn { color: var(--warn) } .node.good { color: var(--good) }
    .node.info { color: var(--info) }
    .node use { background: none }
    .node use.bad { color: var(--bad) } .node use.warn { color: var(--warn) } .node use.good { color: var(--good) }
    .node use.info { color: var(--info) } .node use.calm { color: var(--calm) }
    .node rect { fill: var(--card); stroke: var(--line) }
    .node rect.tone { fill: currentColor; stroke: none }
    .node text { fill: var(--text); font-size: 13px }
    .node text.kind { fill: var(--soft); font-size: 11px }
    .node:hover rect:not(.tone), .node:focus-visible rect:not(.tone) { stroke: var(--focus); stroke-width: 2 }
    .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 0 2rem }

    """

private let reportStyle = """
    /* Differences. */
    .over { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; margin-top: 1.25rem }
    .diff { border: 1px solid var(--line); background: var(--card); font: .8125rem/1.5 var(--mono); table-layout: fixed }
    .diff th { font: 500 .8125rem system-ui, sans-serif }
    .diff td { padding: 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere }
    .diff tbody tr { border: 0 }
    .diff col.n { width: 3rem }
    .diff .n { color: var(--soft); text-align: right; user-select: none }
    .diff .out { background: var(--badsoft) }
    .diff .in { background: var(--goodsoft) }
    .diff .t::before { content: "  " }
    .diff .t.out::before { color: var(--bad); content: "− " }
    .diff .t.in::before { color: var(--good); content: "+ " }
    .diff .t.gone::before { content: "" }
    .diff .gone { background: var(--calmsoft) }
    .diff .skipped td { padding: .15rem .75rem; background: var(--calmsoft); color: var(--calm); font-family: system-ui, sans-serif }

    /* Plans, runs and drift reports. */
    .diagnostics { margin: .35rem 0; padding: 0; list-style: none }
    .diagnostics li { padding: .25rem 0; overflow-wrap: anywhere }
    .diagnostics .error b { color: var(--bad) }
    .diagnostics .warning b { color: var(--warn) }
    .diagnostics p { margin: .15rem 0 0 }
    .about { color: var(--soft) }
    .notes { margin: .5rem 0 1rem; padding-left: 1.2rem; font-size: .875rem; overflow-wrap: anywhere }
    .plain { margin: 0; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card);
      list-style: none; overflow-wrap: anywhere }
    .plain a { display: inline-block; padding: .1rem 0 }
    .report article { margin: 0 0 .6rem; padding: .6rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--calm);
      border-radius: .4rem; background: var(--card); color: var(--text) }
    .report .isbad article, .report article.isbad { border-left-color: var(--bad) }
    .report .iswarn article, .report article.iswarn { border-left-color: var(--warn) }
    .report article.isgood { border-left-color: var(--good) }
    .report h2 + p { color: var(--soft) }
    .report summary { padding: .1rem 0; cursor: pointer; overflow-wrap: anywhere }
    .report summary h2, .report summary h3 { display: inline }
    .report .head { margin: 0; overflow-wrap: anywhere }
    .report .head h3 { display: inline }
    .report details { margin: .35rem 0 0 }
    .report .verb { font-size: .875rem }
    .report span.verb.good, .report span.verb.bad, .report span.verb.warn { padding: 0 .5em; border-radius: 1em }
    .sign { display: inline-block; min-width: 1.1em; font: 700 1rem var(--mono) }
    .sign.create { color: var(--good) } .sign.update { color: var(--warn) } .sign.rollout { color: var(--info) }
    .sign.replace, .sign.delete { color: var(--bad) }
    .remark { color: var(--warn); font: .8125rem system-ui, sans-serif }
    .report table { margin: .5rem 0 0; table-layout: fixed }
    .report th, .report td, .fields td, .fields tbody th { font: .8125rem/1.5 var(--mono) }
    .report th, .report td { padding: .25rem .75rem .25rem 0 }
    .report thead th { font: .8125rem system-ui, sans-serif }
    .report tbody tr:first-child { border-top: 0 }
    .report td.who, .stack.fields td:last-child { font-family: inherit }
    .report > dl.facts { grid-template-columns: max-content minmax(0, 1fr); gap: .1rem 1rem }
    .report > dl.facts dt { font-size: .875rem }
    .report figure { margin: .6rem 0 0 }
    .report figcaption { font-size: .875rem }
    .report .steps { margin: .5rem 0 0; font-size: .875rem }
    .report ol { margin: .25rem 0 0; padding-left: 1.5rem }
    .counts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1.25rem; padding: 0; list-style: none }
    .counts a { display: block; padding: .15rem .7rem; border: 1px solid currentColor; border-radius: 1rem; text-decoration: none }
    .chain { display: inline-flex; flex-wrap: wrap; gap: .35rem; margin: .4rem 0 0; padding: 0; list-style: none; font-size: .875rem }
    .report .chain { padding: 0 }
    .chain li { padding: 0 .6rem; border: 1px solid var(--line); border-radius: .3rem }
    .chain .link { padding: 0; border: 0; color: var(--soft) }
    .chain .differs { color: var(--bad); font-weight: 700 }
    .next { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .5rem 0 0 }
    .next dd { margin: 0 }

    """

private let narrowStyle = """
    @media (max-width: 52rem) {
      .stack thead, .matrix thead, .report thead, .diff thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
        clip-path: inset(50%) }
      .stack, .stack tbody, .stack tr, .stack th, .stack td, .matrix, .matrix tbody, .matrix tr, .matrix th, .matrix td,
      .report table, .report tbody, .report tr, .report tbody th, .report td, .diff, .diff tbody { display: block }
      .stack tbody tr > th:first-child, .matrix tbody tr > th:first-child { width: auto; min-width: 0 }
      .stack tbody td, .matrix tbody td { border-top: 0; padding-top: .1rem }
      .stack tbody td:last-child, .matrix tbody td:last-child { padding-bottom: .6rem }
      .stack td, .matrix td, .report td { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); align-items: baseline;
        min-width: 0 }
      .matrix td.empty, .stack td:empty { display: none }
      .matrix tr:not(.repository):has(td:not(.empty)) th { padding-bottom: .1rem }
      .matrix .repository td:not(.empty) { display: block }
      .matrix .repository td::before { content: none }
      .stack td > *, .matrix td > * { grid-column: 2 }
      .stack td::before, .matrix td::before, .report td::before { grid-row: 1; grid-column: 1; color: var(--soft);
        font: .8125rem system-ui, sans-serif; content: attr(data-label) }
      .stack td.number { text-align: left }
      .diff tbody tr { display: grid; grid-template-columns: 2.75rem minmax(0, 1fr) }
      .diff tbody tr.skipped { display: block }
      .diff .skipped td { display: block }
      .diff .twice, .diff .gone { display: none }
    }
    @media (max-width: 40rem) {
      body { padding: 0 .75rem 2rem }
      .top, .tabs:not(.inner) { margin: 0 -.75rem; padding-left: .75rem; padding-right: .75rem }
      .tabs a { padding: .5rem }
      .title > :nth-child(3) { flex-basis: 100% }
      .filters label, .filters input, .filters select { width: 100% }
      .filters label { flex: 1 1 8rem }
      .next { grid-template-columns: 1fr; gap: 0 }
      .next dd { margin-bottom: .5rem }
    }
    @media (prefers-reduced-motion: no-preference) { .skip { transition: top .12s } }
    @media (forced-colors: active) { .badge, .tabs a[aria-current] { border: 1px solid } }
    @media print {
      body { max-width: none; background: #fff }
      .viewer, .actions, .filters, .tabs, .skip, form { display: none }
      article, tr { break-inside: avoid }
    }

    """
