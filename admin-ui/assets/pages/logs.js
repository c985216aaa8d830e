// The logs: an hourly chart, a list with filter and level, one entry in a drawer.

import { $, $$, fill, h } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { ago, date, moment, number } from "../lib/format.js";
import { explanation, placeIn, underline } from "../lib/marked.js";
import { drawChart } from "../logs/chart.js";

const LEVELS = { "-4": "debug", 0: "info", 4: "warning", 8: "error" };
const PER_PAGE = 50;
const frame = $("#grid-frame");
const input = $("#filter");
const state = { page: 1, filter: "", level: "", superusers: "" };
let turn = 0;

readAddress();
load();

function readAddress() {
  const query = new URLSearchParams(location.search);
  state.page = Math.max(1, Number.parseInt(query.get("page"), 10) || 1);
  state.filter = query.get("filter") ?? "";
  state.level = query.get("level") ?? "";
  input.value = state.filter;
  state.superusers = query.get("superusers") ?? "";
  $("#superusers").checked = state.superusers === "1";
  for (const radio of $$("#levels input")) radio.checked = radio.value === state.level;
}

function go(changes) {
  Object.assign(state, changes);
  const query = new URLSearchParams();
  for (const key of ["filter", "level", "superusers"]) if (state[key]) query.set(key, state[key]);
  if (state.page > 1) query.set("page", state.page);
  history.pushState(null, "", query.size ? `?${query}` : location.pathname);
  load();
}

/** The filter that is sent: what was written, the level, and usually no requests of superusers. */
function whole() {
  const parts = [state.level && `level >= ${state.level}`, !state.superusers && 'data.auth != "_superusers"'].filter(Boolean);
  if (state.filter) parts.unshift(parts.length ? `(${state.filter})` : state.filter);
  return parts.join(" && ");
}

async function load() {
  const mine = ++turn;
  frame.setAttribute("aria-busy", "true");
  const filter = whole();
  try {
    const [stats, answer] = await Promise.all([
      get("/logs/stats", { filter }),
      get("/logs", { page: state.page, perPage: PER_PAGE, sort: "-@rowid", filter }),
    ]);
    if (mine !== turn) return;
    hideError();
    drawChart($("#chart"), stats);
    draw(answer);
  } catch (error) {
    if (mine === turn) showError(error);
  } finally {
    if (mine === turn) frame.removeAttribute("aria-busy");
  }
}

function draw({ items, totalItems, totalPages }) {
  $(".empty", frame)?.remove();
  fill($("#grid tbody"), items.map(line));
  if (!items.length) frame.append(h("div", { class: "empty" }, h("h2", {}, state.filter || state.level ? "No entry fits" : "Nothing has been logged yet"), h("p", {}, state.filter || state.level ? "Try a wider filter or another level." : "Requests appear here a few seconds after they were answered.")));
  fill($("#pager-total"), totalItems === 1 ? "1 entry" : `${number(totalItems)} entries`);
  fill($("#page-number"), `Page ${number(state.page)} of ${number(Math.max(1, totalPages))}`);
  $("#page-back").disabled = state.page <= 1;
  $("#page-next").disabled = state.page >= totalPages;
}

function line(entry, at) {
  const made = date(entry.created);
  const { status, execTime } = entry.data ?? {};
  const open = () => show(entry);
  return h("tr", { tabindex: at === 0 ? "0" : "-1", on: { click: open, keydown: (event) => keys(event, open) } },
    h("td", {}, h("span", { class: "level", dataset: { level: String(entry.level) } }, LEVELS[entry.level] ?? entry.level)),
    h("td", { class: "mono" }, entry.message),
    h("td", {}, status ? h("span", { class: `tag ${status >= 500 ? "bad" : status >= 400 ? "warn" : ""}` }, String(status)) : ""),
    h("td", { class: "number soft" }, execTime === undefined ? "" : took(execTime)),
    h("td", {}, made && h("time", { datetime: made.toISOString(), title: entry.created }, ago(made))));
}

const took = (milliseconds) => `${milliseconds < 10 ? milliseconds.toFixed(2) : Math.round(milliseconds)} ms`;

function keys(event, open) {
  const at = event.currentTarget;
  const next = { ArrowDown: at.nextElementSibling, ArrowUp: at.previousElementSibling }[event.key];
  if (event.key === "Enter") open();
  else if (next) { at.tabIndex = -1; next.tabIndex = 0; next.focus(); } else return;
  event.preventDefault();
}

function show(entry) {
  const made = date(entry.created);
  const rows = [["id", entry.id], ["created", made ? `${moment(made)} (${entry.created})` : ""], ["level", LEVELS[entry.level] ?? entry.level], ...Object.entries(entry.data ?? {})];
  const shown = (value) => (value !== null && typeof value === "object" ? h("pre", { class: "code" }, JSON.stringify(value, null, 2)) : String(value));
  openDialog({ kind: "drawer", title: entry.message, body: [h("dl", { class: "facts" }, rows.flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, shown(value))]))] });
}

function showError(error) {
  const item = error.fields?.filter;
  const place = item ? placeIn(state.filter, item.params) : null;
  underline($(".marked-back"), state.filter, place);
  input.setAttribute("aria-invalid", "true");
  fill($("#filter-error"), explanation(state.filter, place, item?.message ?? error.message));
  $("#filter-error").hidden = false;
}

function hideError() {
  underline($(".marked-back"), "", null);
  input.removeAttribute("aria-invalid");
  $("#filter-error").hidden = true;
}

$("#filter-form").addEventListener("submit", (event) => { event.preventDefault(); go({ filter: input.value.trim(), page: 1 }); });
input.addEventListener("input", () => { hideError(); if (!input.value && state.filter) go({ filter: "", page: 1 }); });
$("#levels").addEventListener("change", (event) => go({ level: event.target.value, page: 1 }));
$("#superusers").addEventListener("change", (event) => go({ superusers: event.target.checked ? "1" : "", page: 1 }));
$("#reload").addEventListener("click", load);
$("#page-back").addEventListener("click", () => go({ page: state.page - 1 }));
$("#page-next").addEventListener("click", () => go({ page: state.page + 1 }));
addEventListener("popstate", () => { readAddress(); load(); });
