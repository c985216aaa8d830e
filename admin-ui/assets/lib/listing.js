// A table that is shown again and again: only cells that say something else are exchanged.

import { fill, h } from "./dom.js";

/**
 * A table with these columns: `{ name, cell(row), value(row), cls }`. `cell` gives what a cell
 * shows, `value` what must differ for it to be drawn again. `show(rows)` takes rows with a `key`.
 */
export function listing(columns, { label, empty }) {
  const body = h("tbody");
  const table = h("table", { class: "grid", "aria-label": label },
    h("thead", {}, h("tr", {}, columns.map(({ name, cls }) => h("th", { class: cls, scope: "col" }, name)))), body);
  const nothing = h("p", { class: "soft panel-body", hidden: true }, empty);
  const element = h("section", { class: "panel" }, h("div", { class: "listing" }, table), nothing);
  const lines = new Map();

  function line(row) {
    const known = lines.get(row.key) ?? { values: [], element: h("tr", { dataset: { key: row.key } }, columns.map(({ cls }) => h("td", { class: cls }))) };
    lines.set(row.key, known);
    for (const [at, column] of columns.entries()) {
      const value = JSON.stringify(column.value(row) ?? null);
      if (known.values[at] === value) continue;
      known.values[at] = value;
      fill(known.element.children[at], [column.cell(row)].flat());
    }
    return known.element;
  }

  function show(rows) {
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, { element: gone }] of lines) if (!keys.has(key)) { gone.remove(); lines.delete(key); }
    for (const [at, row] of rows.entries()) {
      const wanted = line(row);
      if (body.children[at] !== wanted) body.insertBefore(wanted, body.children[at] ?? null);
    }
    table.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
  }

  return { element, show };
}

/** Some numbers at the top of a page: `show([[name, value, unit]])`. */
export function figures() {
  const element = h("dl", { class: "figures" });
  const show = (all) => fill(element, all.map(([name, value, unit]) => h("div", { class: "figure" }, h("dt", {}, name), h("dd", {}, value, unit && h("small", {}, ` ${unit}`)))));
  return { element, show };
}
