// The records of a collection. What is shown is in the address, so it can be shared and goes back.

import { $, calmly, fill, h, icon } from "../lib/dom.js";
import { get, post, recordsPath, remove } from "../lib/api.js";
import { collection } from "../lib/collections.js";
import { may } from "../lib/may.js";
import { confirm } from "../lib/dialog.js";
import { number, plural } from "../lib/format.js";
import { explanation, placeIn, underline } from "../lib/marked.js";
import { suggestNames } from "../lib/suggest.js";
import { complain, say } from "../lib/notice.js";
import { chooseColumns, chosenColumns } from "../records/columns.js";
import { drawGrid } from "../records/grid.js";
import { followRecords } from "../records/live.js";
import { openRecord } from "../records/panel.js";

const name = document.body.dataset.collection;
const frame = $("#grid-frame");
const filterInput = $("#filter");
const state = { page: 1, perPage: 30, sort: "", filter: "", picked: new Set() };
let schema;
let records = [];
let targets = new Map();
let turn = 0;
let grid = null;
let isDrawn = false;
let total = null;
let live = null;

/** The collections that relation columns point to: they name the related records. */
async function learnTargets() {
  const ids = new Set(schema.fields.filter((field) => field.type === "relation").map((field) => field.collectionId));
  const found = await Promise.all([...ids].map((id) => collection(id).catch(() => null)));
  targets = new Map(found.filter(Boolean).map((item) => [item.id, item]));
}

function readAddress() {
  const query = new URLSearchParams(location.search);
  state.page = Math.max(1, Number.parseInt(query.get("page"), 10) || 1);
  state.sort = query.get("sort") ?? "";
  state.filter = query.get("filter") ?? "";
  state.perPage = Number(localStorage.getItem("purlin-per-page")) || 30;
  filterInput.value = state.filter;
  $("#per-page").value = String(state.perPage);
}

/** Notes what is shown in the address, then shows it. */
function go(changes, { replace = false } = {}) {
  Object.assign(state, changes);
  state.picked.clear();
  const query = new URLSearchParams();
  if (state.filter) query.set("filter", state.filter);
  if (state.sort) query.set("sort", state.sort);
  if (state.page > 1) query.set("page", state.page);
  const text = query.toString();
  history[replace ? "replaceState" : "pushState"](null, "", text ? `?${text}` : location.pathname);
  load();
}

/** What the page shows, as parameters of a list; without the total, which may take longer. */
function pageQuery() {
  const newestFirst = schema.type === "view" ? "" : "-@rowid";
  return { page: state.page, perPage: state.perPage, sort: state.sort || newestFirst, filter: state.filter, skipTotal: 1 };
}

/** The ids of what the page would show if it were loaded now. */
const idsNow = async () => (await get(recordsPath(name), { ...pageQuery(), fields: "id" })).items.map(({ id }) => id);

/** Loads a page, and its total when it is there. When it is loaded `anew`, nothing moves unless it is another. */
async function load({ anew = false } = {}) {
  const mine = ++turn;
  isDrawn &&= anew;
  frame.setAttribute("aria-busy", "true");
  try {
    await live.ready();
    if (mine !== turn) return;
    const answer = await get(recordsPath(name), { ...pageQuery(), expand: expanded() });
    if (mine !== turn) return;
    records = answer.items;
    hideError();
    if (!isDrawn || !grid.shows(records)) draw();
    isDrawn = true;
    live.shown();
    showPage(null);
    const { totalItems } = await get(recordsPath(name), { perPage: 1, filter: state.filter, fields: "id" });
    if (mine === turn) showPage(totalItems);
  } catch (error) {
    if (mine === turn) showError(error);
  } finally {
    if (mine === turn) frame.removeAttribute("aria-busy");
  }
}

/** The relations whose records are named in the grid. */
const expanded = () => chosenColumns(schema).filter((field) => field.type === "relation").map((field) => field.name).join(",");

/** Whether a new record belongs at the top of what is shown, and putting it there disturbs nobody. */
const takesNew = () => state.page === 1 && !state.sort && state.picked.size === 0 && frame.scrollTop < 10 && !$("dialog[open]");

/** Records came or went while the page was shown. */
function counted(by) {
  if (by > 0) $(".empty", frame)?.remove();
  if (total !== null) showPage(total + by);
}

function draw() {
  $(".empty", frame)?.remove();
  grid = drawGrid($("#grid"), {
    schema, columns: chosenColumns(schema), records, targets, state,
    on: {
      open: (record) => openRecord(schema, record, () => load()),
      sort: (sort, field) => { go({ sort, page: 1 }); refocus(field); },
      pick: showPicked,
    },
  });
  if (!records.length) frame.append(emptyState());
}

/** After a new head was drawn, the sort button that was used keeps the focus. */
function refocus(field) {
  const watch = new MutationObserver(() => {
    watch.disconnect();
    $(`th button[data-sort="${CSS.escape(field)}"]`)?.focus();
  });
  watch.observe($("#grid thead"), { childList: true });
}

function emptyState() {
  if (state.filter) {
    return h("div", { class: "empty" }, h("h2", {}, "No record fits the filter"), h("button", { type: "button", class: "button", on: { click: () => { filterInput.value = ""; go({ filter: "", page: 1 }); } } }, "Clear the filter"));
  }
  if (state.page > 1) {
    return h("div", { class: "empty" }, h("h2", {}, "This page is beyond the end"), h("button", { type: "button", class: "button", on: { click: () => go({ page: 1 }) } }, "To the first page"));
  }
  if (schema.type === "view") return h("div", { class: "empty" }, h("h2", {}, "The view's query gives no rows"));
  return h("div", { class: "empty" }, icon("empty", ""), h("h2", {}, "No records yet"),
    $("#new-record") && h("p", {}, "Create one here, or send one to ", h("code", {}, `POST /api${recordsPath(name)}`), "."),
    $("#new-record") && h("button", { type: "button", class: "button primary", on: { click: () => $("#new-record").click() } }, icon("plus"), "Create the first record"));
}

function showPage(count) {
  total = count;
  const last = total === null ? null : Math.max(1, Math.ceil(total / state.perPage));
  fill($("#pager-total"), total === null ? "\u00a0" : plural(total, "record"));
  fill($("#page-number"), last === null ? `Page ${number(state.page)}` : `Page ${number(state.page)} of ${number(last)}`);
  $("#page-back").disabled = state.page <= 1;
  $("#page-next").disabled = last === null ? records.length < state.perPage : state.page >= last;
}

function showPicked() {
  $("#picked").hidden = state.picked.size === 0;
  fill($("#picked-count"), `${plural(state.picked.size, "record")} selected`);
}

async function showError(error) {
  const mine = turn;
  const item = error.status === 400 && state.filter && may.collections?.write ? await filterProblem(state.filter) : null;
  if (mine !== turn) return;
  const place = item ? placeIn(state.filter, item.params) : null;
  underline($(".filter .marked-back"), state.filter, place);
  filterInput.setAttribute("aria-invalid", "true");
  fill($("#filter-error"), explanation(state.filter, place, item?.message ?? error.message));
  $("#filter-error").hidden = false;
}

/**
 * What is wrong with a filter, and where. A list answers only that it is wrong; but filters and
 * rules are one language, so trying the text as a rule tells more. Nothing is saved by that.
 */
async function filterProblem(filter) {
  try {
    await post("/collections/meta/dry-run-save", { ...schema, listRule: filter });
  } catch (refusal) {
    const item = refusal.fields?.listRule;
    return item?.code === "validation_invalid_rule" ? item : null;
  }
  return null;
}

function hideError() {
  underline($(".filter .marked-back"), "", null);
  filterInput.removeAttribute("aria-invalid");
  $("#filter-error").hidden = true;
}

async function deletePicked() {
  const ids = [...state.picked];
  const sure = await confirm({ title: `Delete ${plural(ids.length, "record")}?`, text: "This cannot be undone.", yes: "Delete", destructive: true });
  if (!sure) return;
  let done = 0;
  try {
    for (const id of ids) { await remove(recordsPath(name, id)); state.picked.delete(id); done += 1; }
    say(`${plural(done, "record")} deleted`);
  } catch (error) {
    complain({ message: `${done} of ${ids.length} deleted. ${error.message}` });
  }
  load();
}

suggestNames(filterInput, $(".filter .marked-back"), { schema: () => schema });
$("#filter-form").addEventListener("submit", (event) => { event.preventDefault(); go({ filter: filterInput.value.trim(), page: 1 }); });
filterInput.addEventListener("input", () => { hideError(); if (!filterInput.value && state.filter) clearSoon(); });
filterInput.addEventListener("keydown", (event) => { if (event.key === "Escape") filterInput.blur(); });
const clearSoon = calmly(() => { if (!filterInput.value) go({ filter: "", page: 1 }); }, 400);
$("#columns").addEventListener("click", (event) => schema && chooseColumns(event.currentTarget, schema, load));
$("#reload").addEventListener("click", () => load());
$("#new-record")?.addEventListener("click", () => schema && openRecord(schema, null, () => load()));
$("#page-back").addEventListener("click", () => go({ page: state.page - 1 }));
$("#page-next").addEventListener("click", () => go({ page: state.page + 1 }));
$("#per-page").addEventListener("change", (event) => { localStorage.setItem("purlin-per-page", event.target.value); go({ perPage: Number(event.target.value), page: 1 }); });
$("#picked-none").addEventListener("click", () => { state.picked.clear(); draw(); });
$("#picked-delete").addEventListener("click", deletePicked);
addEventListener("popstate", () => { readAddress(); state.picked.clear(); load(); });

try {
  schema = await collection(name);
  await learnTargets();
  readAddress();
  live = followRecords(schema, () => ({ filter: state.filter, expand: expanded(), grid, takesNew: takesNew(), busy: frame.hasAttribute("aria-busy") }),
    { load: () => load(), catchUp: () => load({ anew: true }), added: counted, removed: (count) => counted(-count), ids: idsNow });
  await load();
} catch (error) {
  fill(frame, h("p", { class: "note bad" }, error.message));
}
