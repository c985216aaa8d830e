// The table: its head with sorting, its rows with selection and keyboard.

import { $, $$, fill, h, icon } from "../lib/dom.js";
import { allows } from "../lib/may.js";
import { cell } from "./cell.js";
import { columnIcon } from "./columns.js";

const UNSORTABLE = ["password", "json", "geoPoint"];

/**
 * Draws the grid. `state` has `sort` and `picked` (a Set of ids); `on` has `open(record)`,
 * `sort(text)` and `pick()`.
 */
export function drawGrid(table, { schema, columns, records, targets, state, on }) {
  // What is selected can only be deleted.
  const canPick = schema.type !== "view" && allows(schema, "delete");
  const all = h("input", { type: "checkbox", "aria-label": "Select all on this page", disabled: records.length === 0, on: { change: () => {
    for (const record of records) if (all.checked) state.picked.add(record.id); else state.picked.delete(record.id);
    mark();
  } } });

  function mark() {
    for (const line of $$("tbody tr", table)) {
      const isPicked = state.picked.has(line.dataset.id);
      line.setAttribute("aria-selected", String(isPicked));
      const box = $("input", line);
      if (box) box.checked = isPicked;
    }
    const here = records.filter((record) => state.picked.has(record.id)).length;
    all.checked = here > 0 && here === records.length;
    all.indeterminate = here > 0 && here < records.length;
    on.pick();
  }

  function line(record, at) {
    const flip = () => {
      if (!canPick) return;
      if (!state.picked.delete(record.id)) state.picked.add(record.id);
      mark();
    };
    const box = h("input", { type: "checkbox", tabindex: "-1", "aria-label": `Select ${record.id}`, on: { change: flip } });
    return h("tr", { tabindex: at === 0 ? "0" : "-1", dataset: { id: record.id }, on: {
      click: (event) => { if (!event.target.closest(".pick")) on.open(record); },
      keydown: (event) => keys(event, flip, () => on.open(record)),
    } },
    h("td", { class: "pick" }, canPick && box),
    columns.map((field) => h("td", {}, cell(field, record, targets))));
  }

  const heads = columns.map((field) => head(field, state.sort, on.sort));
  fill($("thead", table), h("tr", {}, h("th", { class: "pick" }, canPick && all), heads));
  fill($("tbody", table), records.map(line));
  mark();
}

function head(field, sort, onSort) {
  const direction = { [field.name]: "ascending", [`-${field.name}`]: "descending" }[sort];
  const name = [columnIcon(field), h("span", {}, field.name)];
  if (UNSORTABLE.includes(field.type)) return h("th", {}, h("span", {}, name));
  const next = direction === "ascending" ? `-${field.name}` : direction === "descending" ? "" : field.name;
  const button = h("button", { type: "button", title: "Sort", dataset: { sort: field.name }, on: { click: () => onSort(next, field.name) } },
    name, icon(direction === "descending" ? "down-arrow" : "up-arrow", "i arrow"));
  return h("th", { "aria-sort": direction }, button);
}

function keys(event, flip, open) {
  const line = event.currentTarget;
  const move = { ArrowDown: line.nextElementSibling, ArrowUp: line.previousElementSibling }[event.key];
  if (move) {
    line.tabIndex = -1;
    move.tabIndex = 0;
    move.focus();
  } else if (event.key === "Enter" && event.target === line) {
    open();
  } else if (event.key === " " && event.target === line) {
    flip();
  } else {
    return;
  }
  event.preventDefault();
}
