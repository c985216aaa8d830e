// The inputs for the options of one field.

import { $, h, uniqueId } from "../lib/dom.js";
import { dateInput } from "../lib/format.js";
import { listInput, numberInput, row, toggle } from "../lib/form.js";
import { OPTIONS, UNLIMITED, requiredLabel, targets } from "./types.js";
import { setUnique, uniqueIndexOf } from "./unique.js";

/** All options of a field; `changed` is called after each change. */
export function fieldOptions(field, { draft, changed }) {
  const own = OPTIONS[field.type] ?? [];
  const fixed = field.system && (field.primaryKey || (draft.type === "auth" && field.name === "tokenKey"));
  const rows = own.filter((option) => option.kind !== "flag" && option.kind !== "lines").map((option) => make(option, field, changed));
  const wide = own.filter((option) => option.kind === "lines").map((option) => make(option, field, changed));
  const flags = own.filter((option) => option.kind === "flag").map((option) => make(option, field, changed));
  const help = field.type !== "autodate" && optionRow("help", "Help for whoever fills it in",
    h("input", { value: field.help ?? "", maxlength: "300", placeholder: "Shown under the input", on: { input: (event) => { field.help = event.target.value; changed(); } } }));
  return h("div", { class: "field-options" }, wide, rows.length > 0 && h("div", { class: "pair" }, rows),
    help, h("div", { class: "toggles" }, flags, shared(field, fixed, changed), unique(field, draft, changed)));
}

function shared(field, fixed, changed) {
  const flag = (key, label, title) => optionToggle(field, key, label, changed, { disabled: fixed, title });
  return [
    field.type !== "autodate" && flag("required", requiredLabel(field.type), "An empty value is refused"),
    flag("presentable", "Names the record", "Shown where the record is mentioned, such as in relation pickers"),
    flag("hidden", "Hidden", "Left out of answers to everybody but superusers"),
  ];
}

/** Not an option of the field but an index over it, offered where one looks for it. */
function unique(field, draft, changed) {
  if (["json", "autodate", "bool", "editor", "password", "geoPoint"].includes(field.type) || field.primaryKey) return null;
  return toggle({ label: "Unique", title: draft.adopted ? "The indexes of an adopted table are made in the database itself" : "No two records may have the same value", disabled: field.system || Boolean(draft.adopted),
    checked: Boolean(uniqueIndexOf(draft, field.name)), onChange: (on) => { setUnique(draft, field.name, on); changed(); } });
}

function make(option, field, changed) {
  const set = (value) => { field[option.key] = value; changed(); };
  return MAKERS[option.kind](option, field, set, changed);
}

const MAKERS = {
  flag: (option, field, set, changed) => optionToggle(field, option.key, option.label, changed),

  number: (option, field, set) => optionRow(option.key, option.label, numberInput({
    value: field[option.key], empty: option.empty === undefined ? 0 : option.empty, onInput: set,
    min: option.min, step: option.step, placeholder: option.placeholder,
  })),

  text: (option, field, set) => optionRow(option.key, option.label, h("input", {
    class: option.mono ? "mono" : "", value: field[option.key] ?? "", placeholder: option.placeholder, spellcheck: "false", on: { input: (event) => set(event.target.value) },
  })),

  list: (option, field, set) => optionRow(option.key, option.label, listInput({ value: field[option.key], onInput: set, placeholder: option.placeholder }), "Separated by commas"),

  lines: (option, field, set) => optionRow(option.key, option.label, h("textarea", {
    rows: "4", value: (field[option.key] ?? []).join("\n"), placeholder: "draft\npublished", on: {
      input: (event) => set(event.target.value.split("\n").map((item) => item.trim()).filter(Boolean)),
    },
  })),

  date: (option, field, set) => optionRow(option.key, option.label, h("input", {
    type: "datetime-local", step: "1", value: dateInput(field[option.key]).slice(0, 19), on: {
      input: (event) => set(event.target.value ? `${event.target.value.replace("T", " ").padEnd(19, ":00")}.000Z` : ""),
    },
  })),

  collection(option, field, set) {
    const options = [h("option", { value: "" }, "Choose a collection")].concat(targets().map((item) => h("option", { value: item.id, selected: item.id === field.collectionId }, item.name)));
    // The target of a saved relation cannot change.
    const select = h("select", { disabled: Boolean(field.id && field.collectionId), on: { change: () => set(select.value) } }, options);
    return optionRow(option.key, option.label, select);
  },

  many(option, field, set) {
    const name = uniqueId("many");
    const limit = numberInput({ value: field.maxSelect >= UNLIMITED ? null : field.maxSelect, empty: null, min: 2, placeholder: "No limit",
      "aria-label": "At most", onInput: (value) => set(value ?? UNLIMITED) });
    const isMany = () => field.maxSelect > 1;
    const show = () => { limit.hidden = !isMany(); };
    const choice = (label, many) => h("label", {}, h("input", { type: "radio", name, checked: isMany() === many, on: { change: () => {
      const most = field.type === "select" ? Math.max(2, field.values?.length ?? 2) : UNLIMITED;
      set(many ? most : 1);
      limit.value = many && most < UNLIMITED ? most : "";
      show();
    } } }), h("span", {}, label));
    show();
    return optionRow("maxSelect", option.label, h("div", { class: "many" }, h("div", { class: "segments", role: "radiogroup" }, choice("One", false), choice("Many", true)), limit));
  },
};

/** A row whose error path is completed when the fields are sent: their order is known then. */
function optionRow(key, label, input, hint) {
  const element = row({ key: "", label, input, hint });
  element.dataset.option = key;
  return element;
}

function optionToggle(field, key, label, changed, more = {}) {
  const element = toggle({ label, checked: Boolean(field[key]), onChange: (on) => { field[key] = on; changed(); }, ...more });
  element.dataset.option = key;
  $("input", element).name = key;
  return element;
}

/** Sets the error paths of a field's rows to its place in the list that is sent. */
export function placeErrors(element, at) {
  element.dataset.error = `fields.${at}`;
  for (const part of element.querySelectorAll("[data-option]")) part.dataset.error = `fields.${at}.${part.dataset.option}`;
}
