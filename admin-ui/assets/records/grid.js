// The table: its head with sorting, its rows with selection and keyboard.

import { $, $$, fill, h, icon } from "../lib/dom.js";
import { allows } from "../lib/may.js";
import { cell } from "./cell.js";
import { columnIcon } from "./columns.js";

const UNSORTABLE = ["password", "json", "geoPoint"];

/**
 * Draws the grid. `state` has `sort` and `picked` (a Set of ids); `on` has `open(record)`,
 * `sort(text)` and `pick()`. What it gives exchanges single rows where they stand.
 */
export function drawGrid(table, { schema, columns, records, targets, state, on }) {
  const here = new Map(records.map((record) => [record.id, record]));
  // What is selected can only be deleted.
  const canPick = schema.type !== "view" && allows(schema, "delete");
  const all = h("input", { type: "checkbox", "aria-label": "Select all on this page", disabled: records.length === 0, on: { change: () => {
    for (const id of here.keys()) if (all.checked) state.picked.add(id); else state.picked.delete(id);
    mark();
  } } });

  function mark() {
    for (const line of $$("tbody tr", table)) {
      const isPicked = state.picked.has(line.dataset.id);
      line.setAttribute("aria-selected", String(isPicked));
      const box = $("input", line);
      if (box) box.checked = isPicked;
    }
    const picked = [...here.keys()].filter((id) => state.picked.has(id)).length;
    all.checked = picked > 0 && picked === here.size;
    all.indeterminate = picked > 0 && picked < here.size;
    on.pick();
  }

  function line({ id }, at) {
    const flip = () => {
      if (!canPick || !here.has(id)) return;
      if (!state.picked.delete(id)) state.picked.add(id);
      mark();
    };
    const open = () => { if (here.has(id)) on.open(here.get(id)); };
    const box = h("input", { type: "checkbox", tabindex: "-1", "aria-label": `Select ${id}`, on: { change: flip } });
    return h("tr", { tabindex: at === 0 ? "0" : "-1", dataset: { id }, on: {
      click: (event) => { if (!event.target.closest(".pick")) open(); },
      keydown: (event) => keys(event, flip, open),
    } },
    h("td", { class: "pick" }, canPick && box),
    columns.map((field) => h("td", {}, cell(field, here.get(id), targets))));
  }

  /** Whether the rows are those of these records, as they are, and none is marked as one that is not. */
  function shows(records) {
    const shown = [...$("tbody", table).rows].map((row) => !row.classList.contains("misfit") && here.get(row.dataset.id));
    return JSON.stringify(records) === JSON.stringify(shown);
  }

  const lineOf = (id) => $(`tbody tr[data-id="${CSS.escape(id)}"]`, table);

  /** Exchanges the cells that changed, and marks them for a moment. Says whether it is another record than was shown. */
  function change(record) {
    const before = here.get(record.id);
    if (!before) return true;
    here.set(record.id, record);
    const element = lineOf(record.id);
    for (const [at, field] of columns.entries()) {
      if (looks(field, before) === looks(field, record)) continue;
      const place = element.children[at + 1];
      fill(place, [cell(field, record, targets)].flat());
      glow(place);
    }
    return JSON.stringify(before) !== JSON.stringify(record);
  }

  /** Puts a record on top, or before the first of those that follow it; the page stays as long as it was. */
  function insert(record, followers = null) {
    here.set(record.id, record);
    const body = $("tbody", table);
    const last = body.lastElementChild;
    if (body.children.length >= state.perPage) {
      here.delete(last.dataset.id);
      last.remove();
    }
    const element = line(record, body.children.length);
    const next = followers ? followers.map(lineOf).find(Boolean) : body.firstElementChild;
    body.insertBefore(element, next ?? null);
    [...element.children].forEach(glow);
    all.disabled = false;
    mark();
  }

  /** Shows whether a row fits the filter. */
  function fits(id, yes) {
    const element = lineOf(id);
    element.classList.toggle("misfit", !yes);
    element.title = yes ? "" : "Does not fit the filter any more";
  }

  /** A record is gone: its row stays where it is, and fades. */
  function fade(id) {
    if (!here.delete(id)) return false;
    const element = lineOf(id);
    element.classList.add("gone");
    element.setAttribute("aria-disabled", "true");
    const box = $("input", element);
    if (box) box.disabled = true;
    if (state.picked.delete(id)) mark();
    return true;
  }

  const heads = columns.map((field) => head(field, state.sort, on.sort));
  fill($("thead", table), h("tr", {}, h("th", { class: "pick" }, canPick && all), heads));
  fill($("tbody", table), records.map(line));
  mark();
  return { shows, change, insert, fits, fade, has: (id) => here.has(id) };
}

/** What of a record a cell shows, to be compared. */
const looks = (field, record) => JSON.stringify([record[field.name], record.expand?.[field.name]]);

function glow(element) {
  element.classList.remove("glow");
  // Reading the width makes the browser begin the animation anew.
  void element.offsetWidth;
  element.classList.add("glow");
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
