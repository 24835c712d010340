/// The script of the page: the filter, folding, and opening what is linked to or printed.
enum HTMLScript {
    /// What the page's policy knows the script by; a test says the right value when it changes.
    static let hash = "sha256-Bs/qxVeTauXUwNGdwJiJuL88GjxdoGazrI6VJo8UtPE="

    static let text = #"""

        "use strict";
        const main = document.getElementById("report");
        const form = document.getElementById("filter");
        const count = document.getElementById("count");
        const fold = document.getElementById("fold");
        const details = [...main.querySelectorAll("details")];
        const groups = [...main.querySelectorAll(".group, .checks tbody")];
        const checks = [...main.querySelectorAll(".checks tr[class]")].map((row) => {
          const link = row.querySelector("a");
          const detail = link && document.getElementById(link.hash.slice(1));
          const text = row.textContent + " " + (detail ? detail.textContent : "");
          return { row, detail, text: text.toLowerCase() };
        });

        function apply() {
          const { text, outcome, schema, dimension } = form.elements;
          const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
          let shown = 0;
          for (const check of checks) {
            const { row, detail } = check;
            const fits = words.every((word) => check.text.includes(word))
              && (!outcome.value || row.className === outcome.value)
              && (!schema.value || row.parentNode.dataset.schema === schema.value)
              && (!dimension.value || row.cells[2].textContent === dimension.value);
            row.hidden = !fits;
            if (detail) detail.hidden = !fits;
            if (fits) shown += 1;
          }
          for (const group of groups) {
            group.hidden = !group.querySelector(":is(details, tr[class]):not([hidden])");
          }
          count.textContent = `${shown} of ${checks.length} shown`;
        }

        function label() {
          fold.textContent = details.some((detail) => detail.open) ? "Fold all" : "Unfold all";
        }

        function unfoldTarget() {
          const target = document.getElementById(location.hash.slice(1));
          if (target instanceof HTMLDetailsElement) {
            target.open = true;
            target.querySelector("summary").focus();
          }
        }

        form.addEventListener("input", apply);
        form.addEventListener("reset", () => setTimeout(apply));
        form.addEventListener("submit", (event) => event.preventDefault());
        fold.addEventListener("click", () => {
          const open = !details.some((detail) => detail.open);
          for (const detail of details) detail.open = open;
        });
        main.addEventListener("toggle", label, true);
        addEventListener("hashchange", unfoldTarget);
        addEventListener("beforeprint", () => {
          for (const detail of details) detail.open = true;
        });
        form.hidden = false;
        fold.hidden = details.length === 0;
        label();
        apply();
        unfoldTarget();

        """#
}
