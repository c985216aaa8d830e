// A table that a narrow screen shows as blocks. Its roles are named, since blocks have none of a table's.

import { h } from "../lib/dom.js";

/** `heads` are the columns' texts, `rows` of `answerRow`. */
export function answersTable(heads, rows, props = {}) {
  return h("div", { class: "scroll-x" }, h("table", { class: "answers", role: "table", ...props },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map((head) => h("th", { scope: "col", role: "columnheader" }, head)))),
    h("tbody", { role: "rowgroup" }, rows)));
}

/** A row: its head, then its cells; the last one stands at the end. */
export function answerRow(head, cells, dataset = {}) {
  return h("tr", { role: "row", dataset }, h("th", { scope: "row", role: "rowheader" }, head),
    cells.map((cell, at) => h("td", { role: "cell", class: at === cells.length - 1 ? "end" : "" }, cell)));
}
