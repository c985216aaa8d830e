// A collection's fields, rules, indexes and options; new or existing.

import { datasources, placeOf } from "../lib/datasources.js";
import { $, fill, h, icon, uniqueId } from "../lib/dom.js";
import { busy } from "../lib/dialog.js";
import { clearErrors, flattened, row, showErrors } from "../lib/form.js";
import { may } from "../lib/may.js";
import { sayNext } from "../lib/notice.js";
import { adoptedNote } from "../adopt/note.js";
import { addedByPolicies } from "../authz/added.js";
import { authPanels } from "../schema/auth.js";
import { dangerMenu } from "../schema/danger.js";
import { existingDraft, newDraft, sent } from "../schema/draft.js";
import { fieldsPanel } from "../schema/fields.js";
import { indexesPanel } from "../schema/indexes.js";
import { keepingPanel } from "../schema/keeping.js";
import { dryRun, review } from "../schema/review.js";
import { rulesPanel } from "../schema/rules.js";
import { viewPanel } from "../schema/view.js";

const place = $("#schema");
// Whoever may only read finds no button.
const reviewButton = $("#review") ?? h("button", { disabled: true });
const existing = document.body.dataset.collection;
let draft;
let places = [];
// Policies speak of collections by name: a new one has none yet.
let added = null;
let before = "";
let parts;
let leaving = false;

const isChanged = () => JSON.stringify(sent(draft)) !== before;

function changed() {
  reviewButton.disabled = existing ? !isChanged() : !draft.name;
}

/** Builds the whole page from the draft. */
function draw() {
  const hooks = { changed, check: checkRules, added };
  const fields = draft.type === "view" && !draft.adopted ? null : fieldsPanel(draft, hooks);
  const rules = rulesPanel(draft, hooks);
  const auth = draft.type === "auth" ? authPanels(draft, hooks) : null;
  const indexes = draft.type === "view" ? null : indexesPanel(draft, hooks);
  parts = { fields, indexes, auth, editors: [...rules.editors, ...(auth?.editors ?? [])] };
  const tabs = [
    fields ? ["fields", "Fields", fields.element] : ["query", "Query", viewPanel(draft, hooks)],
    ["rules", "Rules", rules.element],
    indexes && ["indexes", "Indexes", indexes.element],
    auth && ["sign-in", "Sign-in", auth.element],
    !draft.system && ["keeping", "Changes and cache", keepingPanel(draft, hooks)],
  ].filter(Boolean);
  const problem = h("p", { class: "note bad prewrap", id: "problem", role: "alert", hidden: true });
  const looking = !may.collections?.write && h("p", { class: "note" }, "Your account may look at collections and not change them.");
  fill(place, problem, looking, head(), draft.adopted && adoptedNote(draft), tabList(tabs), tabs.map(([name, , element]) => h("div", { id: `tab-${name}`, role: "tabpanel", "aria-labelledby": `to-${name}` }, element)));
  place.removeAttribute("aria-busy");
  showTab(tabs.some(([name]) => `#${name}` === location.hash) ? location.hash.slice(1) : tabs[0][0]);
  changed();
  if (!existing) $("#name").focus();
}

function head() {
  const name = h("input", { id: "name", value: draft.name, readOnly: draft.system, autocomplete: "off", spellcheck: "false", placeholder: "posts", on: {
    input: () => { draft.name = name.value.trim(); changed(); },
  } });
  const kinds = [["base", "Base", "base"], ["auth", "Auth", "auth"], ["view", "View", "view"]];
  const group = uniqueId("type");
  const kind = existing ? h("div", { class: "kind" }, h("span", { class: "tag accent" }, draft.type), draft.system && h("span", { class: "tag" }, "system"),
    draft.adopted && h("span", { class: "tag", id: "adopted" }, "adopted"), placeOf(draft) !== "main" && h("span", { class: "tag", id: "place" }, `in ${placeOf(draft)}`))
    : h("div", { class: "segments", role: "radiogroup", "aria-label": "Type" }, kinds.map(([type, label, sign]) => h("label", {},
      h("input", { type: "radio", name: group, value: type, checked: draft.type === type, on: { change: async () => { draft = await newDraft(type, draft); draw(); } } }), h("span", {}, icon(sign), label))));
  const words = { base: "Records with fields.", auth: "Records that can sign in: users, staff, devices.", view: "Read-only, given by a query over other collections." };
  return h("section", { class: "panel" }, h("div", { class: "panel-body head-pair" },
    row({ key: "name", label: "Name", input: name, required: !existing }),
    h("div", { class: "row", dataset: { error: "type" } }, h("span", { class: "label" }, "Type"), kind, h("p", { class: "hint" }, draft.adopted ? "Serves a table as it is." : words[draft.type])),
    !existing && places.length > 1 && placeRow()));
}

/** Where the records are to be: chosen once, for a collection stays where it is. */
function placeRow() {
  const input = h("select", { id: "datasource", on: { change: () => { draft.datasource = input.value; changed(); if (draft.type === "view") draw(); } } },
    places.map(({ name, engine }) => h("option", { value: name, selected: name === placeOf(draft) }, `${name} · ${engine}`)));
  return row({ key: "datasource", label: "Datasource", input, hint: "It cannot be changed later." });
}

function tabList(tabs) {
  const buttons = tabs.map(([name, label]) => h("button", { type: "button", role: "tab", id: `to-${name}`, "aria-controls": `tab-${name}`, on: { click: () => showTab(name) } }, label));
  return h("div", { class: "tabs", role: "tablist", on: { keydown: (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = buttons.at((buttons.indexOf(event.target) + step) % buttons.length);
    next.click();
    next.focus();
  } } }, buttons);
}

function showTab(name) {
  // What they show may have changed on the fields' tab.
  if (name === "indexes") parts.indexes?.draw();
  if (name === "sign-in") parts.auth?.draw();
  for (const button of place.querySelectorAll("[role=tab]")) {
    const isOn = button.id === `to-${name}`;
    button.setAttribute("aria-selected", String(isOn));
    button.tabIndex = isOn ? 0 : -1;
    $(`#${button.getAttribute("aria-controls")}`).hidden = !isOn;
  }
  history.replaceState(null, "", `#${name}`);
}

/** Shows a refusal where it belongs, marks the tabs that have one, opens the first of them. */
function refuse(error) {
  const byPath = Object.fromEntries(flattened(error.fields));
  // A view's fields come from its query, so the query's error says it all.
  if (draft.type === "view" && byPath.viewQuery) delete byPath.fields;
  parts.fields?.expect(Object.keys(byPath));
  for (const editor of parts.editors) {
    if (byPath[editor.path]) editor.complain(byPath[editor.path]);
  }
  const rulePaths = new Set(parts.editors.map((editor) => editor.path));
  const rest = Object.fromEntries(Object.entries(byPath).filter(([path]) => !rulePaths.has(path)));
  const homeless = showErrors(place, nested(rest));
  const marked = markTabs();
  if (marked.length) showTab(marked[0]);
  const problem = $("#problem");
  const isElsewhere = Object.keys(byPath).length > homeless.length;
  fill(problem, isElsewhere && !homeless.length ? "" : [error.message, ...homeless].join("\n"));
  problem.hidden = isElsewhere && !homeless.length;
  ($(".wrong", place) ?? $("[aria-invalid]", place) ?? problem).scrollIntoView({ block: "center" });
  if (problem.hidden) $("[aria-invalid]", place)?.focus();
}

/** `a.b` → `{a: {b}}`, the shape that `showErrors` takes. */
function nested(byPath) {
  const whole = {};
  for (const [path, item] of Object.entries(byPath)) {
    const keys = path.split(".");
    const last = keys.pop();
    keys.reduce((part, key) => (part[key] ??= {}), whole)[last] = item;
  }
  return whole;
}

function markTabs() {
  const names = [];
  for (const button of place.querySelectorAll("[role=tab]")) {
    const panel = $(`#${button.getAttribute("aria-controls")}`);
    const isWrong = Boolean($(".wrong, p.error:not([hidden])", panel));
    $(".dot", button)?.remove();
    if (isWrong) { button.append(h("span", { class: "dot", title: "Something here is not accepted" })); names.push(button.id.slice(3)); }
  }
  return names;
}

function forget() {
  clearErrors(place);
  for (const editor of parts.editors) editor.clear();
  $("#problem").hidden = true;
  markTabs();
}

/** While rules are written: asks the server about them alone, quietly. */
async function checkRules() {
  const body = sent(draft);
  if (!body.name) return;
  let items = {};
  try { await dryRun(body); } catch (error) { items = Object.fromEntries(flattened(error.fields)); }
  for (const editor of parts.editors) {
    editor.clear();
    if (items[editor.path]) editor.complain(items[editor.path]);
  }
  markTabs();
}

async function start() {
  // An input that is being written in has its say first.
  document.activeElement?.blur();
  if (reviewButton.disabled || !reviewButton.isConnected) return;
  forget();
  const body = sent(draft);
  const answer = await busy(reviewButton, () => dryRun(body), refuse);
  if (!answer) return;
  const saved = await review(body, answer.changes, refuse);
  if (!saved) return;
  leaving = true;
  sayNext(existing ? `${saved.name} is saved` : `${saved.name} is created`);
  location.assign(existing ? `/_/collections/${saved.name}/schema${location.hash}` : `/_/collections/${saved.name}/records`);
  if (existing && saved.name === existing) location.reload();
}

reviewButton.addEventListener("click", start);
$("#more")?.addEventListener("click", (event) => draft && dangerMenu(event.currentTarget, draft, { leave: () => { leaving = true; } }));
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); if (!$("dialog[open]")) start(); }
});
addEventListener("hashchange", () => { if ($(`#tab-${CSS.escape(location.hash.slice(1))}`)) showTab(location.hash.slice(1)); });
addEventListener("beforeunload", (event) => { if (!leaving && draft && isChanged()) event.preventDefault(); });

try {
  [draft, places, added] = await Promise.all(existing ? [existingDraft(existing), [], may.authorization?.read ? addedByPolicies(existing) : null] : [newDraft("base"), datasources(), null]);
  before = JSON.stringify(sent(draft));
  draw();
} catch (error) {
  fill(place, h("p", { class: "note bad" }, error.message));
}
