// Policies: the matrix of who may do what. What is shown is in the address, so it can be shared.

import { $, calmly, fill, h } from "../lib/dom.js";
import { index } from "../lib/collections.js";
import { number } from "../lib/format.js";
import { complain } from "../lib/notice.js";
import { get, recordsPath } from "../lib/api.js";
import { CONSOLE, POLICIES, policies } from "../authz/lines.js";
import { drawMatrix } from "../authz/matrix.js";
import { openPolicy } from "../authz/policy.js";
import { isWhole } from "../authz/subject.js";

const PER_PAGE = 50;
const frame = $("#matrix-frame");
const table = $("#matrix");
const subject = $("#filter");
const object = $("#object");
const state = { collection: "", subject: "", exact: "", page: 1 };
let asking = null;

const collections = index.map((item) => item.name);
const option = (value, label = value) => h("option", { value }, label);
fill(object, option("", "Every collection"), option("*", "* : those about all"),
  h("optgroup", { label: "Collections" }, index.filter((item) => !item.system).map((item) => option(item.name))),
  h("optgroup", { label: "System collections" }, index.filter((item) => item.system).map((item) => option(item.name))),
  h("optgroup", { label: "Console" }, CONSOLE.map((part) => option(part))));

function readAddress() {
  const query = new URLSearchParams(location.search);
  state.collection = query.get("collection") ?? "";
  state.subject = query.get("subject") ?? "";
  state.exact = query.get("exact") ?? "";
  state.page = Math.max(1, Number.parseInt(query.get("page"), 10) || 1);
  subject.value = state.subject;
  if (state.collection && ![...object.options].some((it) => it.value === state.collection)) object.append(option(state.collection));
  object.value = state.collection;
}

function go(changes) {
  Object.assign(state, changes);
  const query = new URLSearchParams(Object.entries(state).filter(([key, value]) => value && (key !== "page" || value > 1)));
  history.pushState(null, "", query.size ? `?${query}` : location.pathname);
  subject.value = state.subject;
  object.value = state.collection;
  load();
}

async function load() {
  asking?.abort();
  const mine = asking = new AbortController();
  frame.setAttribute("aria-busy", "true");
  try {
    const answer = await policies({ ...state, perPage: PER_PAGE, signal: mine.signal });
    const objects = collections.includes(state.collection) ? [state.collection] : [];
    await drawMatrix(table, answer.items, { objects, on: { open, only: (who) => go({ subject: who, exact: "1", page: 1 }) } });
    if (asking === mine) showPage(answer, objects.length > 0);
  } catch (error) {
    if (error.name !== "AbortError") fill(table, h("caption", {}, h("p", { class: "note bad", role: "alert" }, error.message)));
  } finally {
    if (asking === mine) frame.removeAttribute("aria-busy");
  }
}

/** Opens a policy, and shows it in the matrix when it was changed. */
function open(line) {
  openPolicy(line, async (saved) => {
    await load();
    ($(`[data-line="${CSS.escape(saved?.id ?? "")}"]`, table) ?? frame).focus();
  });
}

function showPage({ totalItems, totalPages }, isNamed) {
  fill($("#pager-total"), totalItems === 1 ? "1 policy" : `${number(totalItems)} policies`);
  fill($("#page-number"), `Page ${number(state.page)} of ${number(Math.max(1, totalPages))}`);
  $("#page-back").disabled = state.page <= 1;
  $("#page-next").disabled = state.page >= totalPages;
  $(".empty", frame)?.remove();
  if (totalItems === 0 && !isNamed) frame.append(emptyState());
}

function emptyState() {
  if (state.collection || state.subject) {
    return h("div", { class: "empty" }, h("h2", {}, "No policy fits"), h("button", { type: "button", class: "button", on: { click: () => go({ collection: "", subject: "", exact: "", page: 1 }) } }, "Show all"));
  }
  return h("div", { class: "empty" }, h("h2", {}, "No policies yet"),
    h("p", {}, "Who may do what is decided by the rules of the collections alone. A policy adds to them, for a role, a record or everybody; or takes something away."),
    h("button", { type: "button", class: "button primary", on: { click: () => $("#new-policy").click() } }, "Add the first policy"));
}

/** The policy that the address asks to be opened. */
async function openAsked() {
  const query = new URLSearchParams(location.search);
  const id = query.get("policy");
  if (!id) return;
  try { open(await get(recordsPath(POLICIES, id))); } catch (error) { complain(error); }
}

subject.addEventListener("input", calmly(() => { if (subject.value.trim() !== state.subject) go({ subject: subject.value.trim(), exact: "", page: 1 }); }, 400));
$("#filter-form").addEventListener("submit", (event) => { event.preventDefault(); go({ subject: subject.value.trim(), exact: "", page: 1 }); });
object.addEventListener("change", () => go({ collection: object.value, page: 1 }));
$("#reload").addEventListener("click", load);
$("#page-back").addEventListener("click", () => go({ page: state.page - 1 }));
$("#page-next").addEventListener("click", () => go({ page: state.page + 1 }));
$("#new-policy").addEventListener("click", () => open({ object: state.collection, ...(isWhole(state.subject) && { subject: state.subject }) }));
addEventListener("popstate", () => { readAddress(); load(); });

readAddress();
await load();
openAsked();
