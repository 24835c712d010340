/// The style of the page, for wide and narrow screens, light and dark, and paper.
enum HTMLStyle {
    /// What the page's policy knows the style by; a test says the right value when it changes.
    static let hash = "sha256-v/GhWKJjGKC77BMtUBYKueH015g1pndlu5GfqZZRnD4="

    static let text = colors + frame + overview + findings + table + narrow + paper

    /// Every pair of ink and paper has a contrast of at least 4.5 to 1.
    private static let colors = """

        :root {
          color-scheme: light dark;
          --paper: #fcfcfa; --sheet: #f3f3ef; --line: #dcdcd5; --edge: #8a8d87;
          --ink: #1e211f; --soft: #585d59; --link: #1f5a8a;
          --failed: #a8261d; --errored: #7a3592; --warned: #875400;
          --notApplicable: #5b615e; --passed: #2c6a45; --known: #3b5b8c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #171918; --sheet: #202322; --line: #363a38; --edge: #7b827e;
            --ink: #e7e8e4; --soft: #a5aaa6; --link: #8fbfe8;
            --failed: #f4958c; --errored: #d3a0e6; --warned: #e0b062;
            --notApplicable: #a0a7a3; --passed: #86c79f; --known: #9fbbe6;
          }
        }
        .failed { --tone: var(--failed); }
        .errored { --tone: var(--errored); }
        .warned { --tone: var(--warned); }
        .notApplicable { --tone: var(--notApplicable); }
        .passed { --tone: var(--passed); }
        .known { --tone: var(--known); }

        """

    private static let frame = """
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body {
          margin: 0 auto; padding: 2.5rem 2rem 4rem; max-width: 76rem;
          background: var(--paper); color: var(--ink);
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans",
            sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: break-word;
        }
        h1, h2, h3, h4, p, dl, dd, ul { margin: 0; }
        h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.01em; }
        h2 { font-size: 1.25rem; margin: 3rem 0 1rem; }
        h3 { font-size: 1rem; margin: 2.25rem 0 0.5rem; }
        code, pre {
          font-family: ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono",
            "Liberation Mono", monospace;
          font-size: 0.875em;
        }
        dd code { white-space: pre-wrap; }
        pre { margin: 0.375rem 0 0; white-space: pre-wrap; color: var(--soft); }
        small { font-size: 0.8125rem; color: var(--soft); }
        a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; left: -100vw; padding: 0.5rem 1rem; background: var(--paper); }
        .skip:focus { left: 0.5rem; top: 0.5rem; }
        .verdict { margin-top: 0.5rem; font-size: 1.125rem; }
        .facts {
          display: flex; flex-wrap: wrap; gap: 0.75rem 2.25rem;
          margin-top: 1.5rem; padding: 0.875rem 0;
          border: solid var(--line); border-width: 1px 0; font-size: 0.875rem;
        }
        .facts dt { color: var(--soft); }
        footer {
          margin-top: 3rem; padding-top: 0.875rem; border-top: 1px solid var(--line);
          color: var(--soft); font-size: 0.875rem;
        }

        """

    private static let overview = """
        svg { display: block; width: 100%; height: 0.5rem; background: var(--line); }
        rect { height: 100%; fill: var(--tone); }
        [role="img"] rect { stroke: var(--paper); }
        .legend {
          display: flex; flex-wrap: wrap; gap: 0.375rem 1.75rem;
          margin-top: 0.75rem; padding: 0; list-style: none;
        }
        .legend li { color: var(--tone); }
        .legend li::before {
          content: ""; display: inline-block; width: 0.625rem; height: 0.625rem;
          margin-right: 0.5rem; background: var(--tone);
        }
        .legend span { color: var(--soft); font-size: 0.875rem; }
        .columns {
          display: grid; grid-template-columns: 1fr 1fr; gap: 0 3.5rem; align-items: start;
        }
        h4, p, dd, .checks { overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
        caption { padding: 0 0 0.5rem; text-align: left; font-weight: 600; }
        .columns caption { padding-top: 2rem; }
        th, td {
          padding: 0.5rem 1rem 0.5rem 0; border-bottom: 1px solid var(--line);
          text-align: left; vertical-align: top; font-weight: normal;
        }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { padding-top: 0; color: var(--soft); font-size: 0.8125rem; }
        .number { text-align: right; }
        .overview small { display: block; }
        .overview td:last-child { width: 55%; }
        .overview td svg { margin: 0.5rem 0 0.25rem; }

        """

    private static let findings = """
        form {
          display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem 1rem;
          padding: 0.875rem 1rem; background: var(--sheet);
        }
        label { display: grid; gap: 0.25rem; color: var(--soft); font-size: 0.8125rem; }
        label:first-child { flex: 1 1 14rem; }
        input, select, button {
          min-height: 2.25rem; padding: 0.25rem 0.625rem;
          border: 1px solid var(--edge); border-radius: 3px;
          background: var(--paper); color: var(--ink); font: inherit; font-size: 0.9375rem;
        }
        input { width: 100%; }
        button { cursor: pointer; }
        button:hover { border-color: var(--ink); }
        #count { flex-basis: 100%; color: var(--soft); font-size: 0.875rem; }
        details { border-top: 1px solid var(--line); padding: 0.75rem 0; }
        details:last-child { border-bottom: 1px solid var(--line); }
        details[open] { padding-bottom: 1.5rem; }
        details:target { background: var(--sheet); box-shadow: 0 0 0 0.75rem var(--sheet); }
        summary { padding-left: 1.25rem; list-style: none; cursor: pointer; }
        summary::-webkit-details-marker { display: none; }
        summary::before {
          content: ""; position: absolute; margin: 0.5rem 0 0 -1.125rem;
          border: 0.3125rem solid transparent; border-left-color: var(--soft);
        }
        [open] > summary::before { margin: 0.6875rem 0 0 -1.25rem;
          border-color: var(--soft) transparent transparent; }
        summary h4 { display: inline; font-size: 1rem; font-weight: 600; }
        summary b { color: var(--tone); }
        details > p { margin: 0.375rem 0 0 1.25rem; max-width: 46rem; }
        details > dl {
          display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0.375rem 1rem;
          margin: 0.875rem 0 0 1.25rem; font-size: 0.9375rem;
        }
        dt { color: var(--soft); }
        dl svg { max-width: 24rem; margin: 0.25rem 0 0.5rem; }
        dl .trend { height: 106px; max-width: 36rem; background: none; overflow: visible; }
        .trend text {
          fill: var(--soft); font-size: 12px;
          paint-order: stroke; stroke: var(--paper); stroke-width: 3px;
        }
        .trend .end { text-anchor: end; }
        .trend line { stroke: var(--line); }
        .trend .axis { stroke: var(--edge); }
        .trend .plot { height: 64px; background: none; margin: 0; max-width: none; overflow: visible; }
        .plot path { fill: none; stroke: var(--tone); vector-effect: non-scaling-stroke; }
        .plot .line { stroke-width: 1.5px; }
        .plot .dots { stroke-width: 5px; stroke-linecap: round; }
        .plot .expected { stroke: var(--edge); stroke-width: 12px; }

        """

    private static let table = """
        .checks caption { font-weight: normal; color: var(--soft); font-size: 0.875rem; }
        .checks td:first-child { color: var(--tone); white-space: nowrap; }
        .checks [scope="rowgroup"] { padding-top: 1.5rem; font-weight: 600; }
        .checks [scope="rowgroup"] small { margin-left: 0.5rem; font-weight: normal; }
        .checks td:first-child, .checks thead th:first-child { padding-left: 1rem; }
        .checks td:nth-child(3) { white-space: nowrap; }
        .checks td:last-child { width: 40%; }

        """

    private static let narrow = """
        @media (max-width: 48rem) {
          body { padding: 1.5rem 1rem 3rem; }
          .columns { grid-template-columns: minmax(0, 1fr); }
          .facts { gap: 0.625rem 1.5rem; }
          label { flex: 1 1 8rem; }
          button { flex: 1 1 6rem; }
          details > p, details > dl { margin-left: 0; }
          details > dl { display: block; }
          dt { margin-top: 0.625rem; font-size: 0.8125rem; }
          .facts dt { margin-top: 0; }
          .checks thead { position: absolute; left: -100vw; }
          .checks tr { display: block; padding: 0.625rem 0; border-bottom: 1px solid var(--line); }
          .checks tr th, .checks tr td, .checks tr td:first-child, .checks tr td:last-child {
            display: block; width: auto; padding: 0; border: 0;
          }
          .checks tbody tr:first-child { padding-top: 1.5rem; }
          .checks td:nth-child(n + 3) { color: var(--soft); font-size: 0.875rem; }
        }

        """

    private static let paper = """
        @media print {
          :root {
            --paper: #fff; --sheet: #fff; --line: #bbb; --ink: #000; --soft: #444; --link: #000;
            --failed: #a8261d; --errored: #7a3592; --warned: #875400;
            --notApplicable: #5b615e; --passed: #2c6a45; --known: #3b5b8c;
          }
          body { padding: 0; max-width: none; font-size: 10pt; }
          form, .skip { display: none; }
          rect, svg, .legend li::before { print-color-adjust: exact; }
          details, tr { break-inside: avoid; }
        }

        """
}
