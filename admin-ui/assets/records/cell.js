// How a value looks in one cell of the grid.

import { h, icon } from "../lib/dom.js";
import { date, moment, number, plainText } from "../lib/format.js";
import { nameRecord } from "../lib/collections.js";

const MOST = 4;

/** The content of a cell. `targets` maps collection ids to collections, for relations. */
export function cell(field, record, targets) {
  const value = record[field.name];
  if (field.type === "password") return nothing("••••••");
  if (value === null && field.nullable) return nothing("null");
  if (isEmpty(field, value)) return nothing();
  return (DRAWERS[field.type] ?? text)(value, field, record, targets);
}

const DRAWERS = {
  text: (value, field) => (field.primaryKey ? h("span", { class: "id" }, value) : text(value)),
  editor: (value) => text(plainText(value)),
  number: (value) => h("span", { class: "number" }, Number.isInteger(value) ? number(value) : String(value)),
  bool: () => h("span", { title: "Yes" }, icon("check")),
  date: (value) => time(value),
  autodate: (value) => time(value),
  select: (value) => chips([value].flat(), "plain"),
  file: (value) => chips([value].flat(), "plain"),
  json: (value) => h("span", { class: "mono" }, JSON.stringify(value).slice(0, 200)),
  geoPoint: (value) => h("span", { class: "number" }, `${value.lat}, ${value.lon}`),
  relation(value, field, record, targets) {
    const target = targets.get(field.collectionId);
    const expanded = new Map([record.expand?.[field.name] ?? []].flat().map((item) => [item.id, item]));
    return chips([value].flat().map((id) => (target && expanded.has(id) ? nameRecord(target, expanded.get(id)) : id)));
  },
};

const text = (value) => document.createTextNode(String(value).slice(0, 200));

function time(value) {
  const at = date(value);
  return at ? h("time", { datetime: at.toISOString(), title: value }, moment(at)) : text(value);
}

function chips(names, cls = "") {
  const shown = names.slice(0, MOST).map((name) => h("span", { class: `chip ${cls}` }, h("span", {}, name)));
  if (names.length > MOST) shown.push(h("span", { class: "soft small" }, `+${names.length - MOST}`));
  return shown;
}

const nothing = (sign = "—") => h("span", { class: "nothing" }, sign);

function isEmpty(field, value) {
  if (value === "" || value === null || value === undefined || value === false) return true;
  if (field.type === "geoPoint") return value.lon === 0 && value.lat === 0;
  return Array.isArray(value) && value.length === 0 && field.type !== "json";
}
