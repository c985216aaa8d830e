// The matrix: a group per collection, a row per subject, a column per action, lines in the cells. A
// narrow screen shows blocks, which have no roles of a table: they are named.

import { fill, h, icon } from "../lib/dom.js";
import { get, literal } from "../lib/api.js";
import { index } from "../lib/collections.js";
import { effectMark, lineButton } from "./line.js";
import { ACTIONS, covered, explainAddress, isConsole } from "./lines.js";
import { namesOf, subjectLabel, words } from "./subject.js";

/** The rules of these collections, by name. */
async function rulesOf(names) {
  const rules = new Map();
  for (let at = 0; at < names.length; at += 50) {
    const filter = names.slice(at, at + 50).map((name) => `name = ${literal(name)}`).join(" || ");
    const fields = ["name", ...ACTIONS.map((action) => `${action}Rule`)].join(",");
    const { items } = await get("/collections", { filter, fields, perPage: 1000, skipTotal: 1 });
    for (const item of items) rules.set(item.name, item);
  }
  return rules;
}

/**
 * Draws the lines; `objects` are shown even when no line is about them. `on` has `open` (a line, or
 * the beginning of a new one) and `only` (a subject to show alone).
 */
export async function drawMatrix(table, lines, { objects = [], on }) {
  const byObject = new Map(objects.map((object) => [object, new Map()]));
  for (const line of lines) {
    if (!byObject.has(line.object)) byObject.set(line.object, new Map());
    const bySubject = byObject.get(line.object);
    if (!bySubject.has(line.subject)) bySubject.set(line.subject, []);
    bySubject.get(line.subject).push(line);
  }
  const collections = [...byObject.keys()].filter((name) => index.some((item) => item.name === name));
  const [rules, names] = await Promise.all([rulesOf(collections).catch(() => new Map()), namesOf(lines.map((line) => line.subject))]);
  const head = h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ["Who", ...ACTIONS].map((head) => h("th", { scope: "col", role: "columnheader" }, head))));
  fill(table, head, [...byObject].map(([object, bySubject]) => h("tbody", { role: "rowgroup", dataset: { object } },
    groupRow(object, on), rules.has(object) && ownRow(object, rules.get(object)),
    [...bySubject].map(([subject, some]) => subjectRow(object, subject, some, names, on)))));
}

function groupRow(object, on) {
  const item = index.find((item) => item.name === object);
  const label = object === "*" ? "Every collection that is not a system collection" : object;
  return h("tr", { class: "group", role: "row" }, h("th", { colspan: String(ACTIONS.length + 1), scope: "colgroup", role: "rowheader" }, h("div", {},
    icon(item?.kind ?? (isConsole(object) ? "gear" : "stack")), h("b", {}, label), !item && object !== "*" && !isConsole(object) && h("span", { class: "tag bad" }, "not there"),
    h("span", { class: "group-end" },
      item && h("a", { href: explainAddress({ collection: object }) }, "Why?"),
      h("button", { type: "button", class: "quiet", "aria-label": `Add a policy about ${label}`, on: { click: () => on.open({ object }) } }, icon("plus"), "Add")))));
}

/** What the collection's own rules say: lines too, kept with the collection. */
function ownRow(object, rules) {
  const href = `/_/collections/${encodeURIComponent(object)}/schema#rules`;
  return h("tr", { class: "own", role: "row" }, h("th", { scope: "row", role: "rowheader" }, h("a", { class: "who", href }, icon("linked"), h("span", {}, h("b", {}, "Its own rules"), h("span", { class: "hint" }, "for anyone")))),
    ACTIONS.map((action) => h("td", { role: "cell", dataset: { action } }, ownCell(rules[`${action}Rule`], action, rules))));
}

function ownCell(rule, action, rules) {
  if (!(`${action}Rule` in rules)) return null;
  if (rule === null || rule === undefined) return h("span", { class: "policy-line none" }, icon("lock"), "none");
  return h("span", { class: "policy-line allow", title: rule }, h("span", { class: "line-head" }, effectMark("allow")),
    rule ? h("code", { class: "line-rule" }, rule) : h("span", { class: "line-rule" }, "every row"));
}

function subjectRow(object, subject, lines, names, on) {
  const cell = (action) => {
    const mine = lines.filter((line) => covered(line.action).includes(action));
    const add = h("button", { type: "button", class: "icon-button add", "aria-label": `Add a policy: ${words(subject, names)}, ${object}, ${action}`, title: "Add a policy here", on: { click: () => on.open({ subject, object, action: isConsole(object) ? "read" : action }) } }, icon("plus"));
    return h("td", { role: "cell", dataset: { action }, class: mine.length ? "" : "bare" }, h("div", { class: "cell" }, mine.map((line) => lineButton(line, { column: action, names, onOpen: on.open })), add));
  };
  return h("tr", { role: "row", dataset: { subject } }, h("th", { scope: "row", role: "rowheader" }, h("button", { type: "button", class: "plain", title: `Only ${subject}`, on: { click: () => on.only(subject) } }, subjectLabel(subject, names))), ACTIONS.map(cell));
}
