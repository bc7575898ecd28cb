/// What a drift report's page looks like: light and dark, on a screen, a phone and on paper.
///
/// What a colour says is always said by a word or a sign too.
let driftStyle = """
    :root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1b1f24; --soft: #57606a; --line: #d4d9df;
      --bad: #b42318; --badsoft: #fdecea; --warn: #8a5a00; --warnsoft: #fdf3dc; --good: #1a7340; --goodsoft: #e4f5ea;
      --calm: #475467; --calmsoft: #eceff3; --code: #eff1f4 }
    @media (prefers-color-scheme: dark) { :root { --page: #12151a; --card: #1b2027; --text: #e6e9ee; --soft: #a3adba;
      --line: #343c47; --bad: #ff9a8f; --badsoft: #40201d; --warn: #f1c265; --warnsoft: #3a2e12; --good: #7fd6a0;
      --goodsoft: #17351f; --calm: #c0c9d4; --calmsoft: #2a313a; --code: #262d36 } }
    * { box-sizing: border-box }
    body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 68rem; background: var(--page); color: var(--text);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
    h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere }
    h2 { margin: 2rem 0 0; font-size: 1.2rem }
    h2 + p { margin: 0 0 .75rem; color: var(--soft) }
    h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere }
    h3 .kind { color: var(--soft); font-weight: 500 }
    code, pre, td { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
      font-size: .875rem }
    code { overflow-wrap: anywhere }
    .facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .75rem 0 0 }
    .facts dt { color: var(--soft) }
    .facts dd { margin: 0; overflow-wrap: anywhere }
    .counts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1.25rem 0 0; padding: 0; list-style: none }
    .counts a { display: block; padding: .25rem .75rem; border: 1px solid currentColor; border-radius: 1rem;
      text-decoration: none }
    .counts a:hover, .counts a:focus-visible { text-decoration: underline }
    .counts b { font-variant-numeric: tabular-nums }
    .bad { color: var(--bad); background: var(--badsoft) }
    .warn { color: var(--warn); background: var(--warnsoft) }
    .good { color: var(--good); background: var(--goodsoft) }
    .calm { color: var(--calm); background: var(--calmsoft) }
    article { margin: 0 0 .75rem; padding: .75rem 1rem; border: 1px solid var(--line); border-left: 5px solid var(--calm);
      border-radius: .5rem; background: var(--card) }
    section.isbad article { border-left-color: var(--bad) }
    section.iswarn article { border-left-color: var(--warn) }
    .meta { margin: .15rem 0 0; color: var(--soft); font-size: .9rem; overflow-wrap: anywhere }
    .chain { display: inline-flex; flex-wrap: wrap; gap: .35rem; margin: .5rem 0 0; padding: 0; list-style: none;
      font-size: .9rem }
    .chain li { padding: 0 .6rem; border: 1px solid var(--line); border-radius: .3rem }
    .chain .link { padding: 0; border: 0; color: var(--soft) }
    .chain .differs { color: var(--bad); font-weight: 700 }
    table { width: 100%; margin: .6rem 0 0; border-collapse: collapse; table-layout: fixed }
    thead th:first-child { width: 28% }
    thead th:last-child { width: 9.5rem }
    th, td { padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top;
      overflow-wrap: anywhere }
    thead th { border-top: 0; color: var(--soft); font-size: .85rem; font-weight: 500 }
    tbody th { font: .875rem ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
      font-weight: 600 }
    td.who { font-family: inherit; font-size: .9rem; white-space: nowrap }
    .none { color: var(--soft); font-style: italic; font-family: inherit }
    figure { margin: .6rem 0 0 }
    figcaption { font-size: .9rem }
    pre { margin: .3rem 0 0; padding: .6rem .75rem; border-radius: .35rem; background: var(--code); overflow-x: auto;
      line-height: 1.4 }
    del, ins { text-decoration: none }
    del { color: var(--bad) }
    ins { color: var(--good) }
    .notes { margin: .5rem 0 0; padding-left: 1.2rem; font-size: .9rem; overflow-wrap: anywhere }
    .plain { margin: 0; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .5rem;
      background: var(--card); list-style: none; columns: 22rem; overflow-wrap: anywhere }
    summary { cursor: pointer }
    summary h2 { display: inline-block }
    .next { display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1rem; margin: .5rem 0 0 }
    .next dd { margin: 0 }
    .next code, .plain code { padding: .1rem .35rem; border-radius: .25rem; background: var(--code) }
    @media (max-width: 40rem) {
      body { padding: 1rem .75rem 2rem }
      thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
      table, tbody, tr, tbody th { display: block }
      tr { padding: .4rem 0; border-top: 1px solid var(--line) }
      tbody th, td { padding: .05rem 0; border: 0 }
      td { display: grid; grid-template-columns: 6rem 1fr; align-items: baseline }
      td::before { color: var(--soft); font: .875rem system-ui, sans-serif; content: attr(data-label) }
      .next { grid-template-columns: 1fr; gap: 0 }
      .next dd { margin-bottom: .6rem }
    }
    @media print {
      :root { --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #999; --bad: #8f1b12; --badsoft: #fff;
        --warn: #6b4600; --warnsoft: #fff; --good: #14592f; --goodsoft: #fff; --calm: #333; --calmsoft: #fff;
        --code: #fff }
      body { max-width: none; padding: 0; font-size: 10pt }
      article, figure, tr { break-inside: avoid }
      h2, h2 + p, h3, .meta, figcaption, summary { break-after: avoid }
      pre { border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere }
      a { color: inherit }
    }
    """
