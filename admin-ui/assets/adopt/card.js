// One table: what it is, and the fields it would have.

import { h, icon } from "../lib/dom.js";
import { nameOf } from "../lib/collections.js";
import { number, plural } from "../lib/format.js";
import { typeName } from "../schema/types.js";
import { driftReport } from "./drift.js";

/** A card. `byId` has names of collections proposed together; `pick` and `again` hear of choices. */
export function tableCard(it, { byId, pick, again }) {
  const box = h("input", { type: "checkbox", value: it.table, disabled: !it.collection || Boolean(it.served), "aria-label": `Adopt ${it.table}`, on: { change: () => pick(it.table, box.checked) } });
  const facts = [it.isView ? "view" : "table", it.columns.length ? plural(it.columns.length, "column") : null, it.rows === null ? null : `about ${number(it.rows)} rows`];
  const renew = it.drift.length > 0 && it.collection && h("button", { type: "button", class: "button", on: { click: (event) => again(it.table, event.currentTarget) } }, icon("reload"), "Adopt again");
  return h("article", { class: "panel table-card", dataset: { table: it.table } },
    h("header", {}, it.served ? icon("linked") : box, h("h2", { class: "mono" }, it.table), fate(it), h("span", { class: "hint" }, facts.filter(Boolean).join(" · "))),
    h("div", { class: "panel-body" }, it.problem && h("p", { class: "soft" }, it.problem),
      driftReport(it.drift, renew && h("div", {}, renew)),
      it.notes.length > 0 && h("ul", { class: "remarks" }, it.notes.map((note) => h("li", {}, note))),
      it.collection && h("details", { class: "more" }, h("summary", {}, plural(it.collection.fields.length, "field")), fields(it, byId))));
}

function fate(it) {
  if (it.served) return h("a", { class: "tag accent", href: `/_/collections/${it.served}/schema` }, `served as ${it.served}`);
  return it.collection ? h("span", { class: "tag" }, `→ ${it.collection.name}`) : h("span", { class: "tag bad" }, "cannot be served");
}

function fields(it, byId) {
  const typeOf = new Map(it.columns.map((column) => [column.name, column.type]));
  const target = (field) => byId.get(field.collectionId) ?? nameOf(field.collectionId);
  const marks = (field) => [["nullable", "null"], ["required", "required"], ["hidden", "hidden"]].filter(([key]) => field[key]).map(([, label]) => h("span", { class: "tag" }, label));
  const line = (field) => h("tr", {},
    h("td", {}, h("code", {}, field.native?.column ?? field.name), " ", h("span", { class: "soft small" }, typeOf.get(field.native?.column) ?? "")),
    h("td", {}, icon(field.primaryKey ? "key" : field.type), " ", field.name),
    h("td", {}, field.type === "relation" ? `→ ${target(field)}` : typeName(field.type), " ", field.native?.type === "other" && h("span", { class: "tag" }, "read only")),
    h("td", {}, h("span", { class: "toggles tight" }, marks(field))));
  return h("div", { class: "scroll-x" }, h("table", { class: "grid plain" },
    h("thead", {}, h("tr", {}, ["Column", "Field", "Type", ""].map((label) => h("th", {}, h("span", {}, label))))),
    h("tbody", {}, it.collection.fields.map(line))));
}
