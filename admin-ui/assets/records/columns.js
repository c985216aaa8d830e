// Which columns the grid shows, remembered in this browser per collection.

import { h, icon } from "../lib/dom.js";
import { popUp } from "../lib/dialog.js";
import { typeIcon } from "./inputs.js";

/** The fields that can be columns. */
export function columnsOf(schema) {
  return schema.fields.filter((field) => !(schema.type === "auth" && ["password", "tokenKey"].includes(field.name)));
}

/** The fields to show now. */
export function chosenColumns(schema) {
  const hidden = new Set(read(schema) ?? columnsOf(schema).filter((field) => field.hidden).map((field) => field.name));
  return columnsOf(schema).filter((field) => !hidden.has(field.name));
}

/** Opens the list of columns at a button. */
export function chooseColumns(anchor, schema, onChange) {
  const hidden = new Set(columnsOf(schema).filter((field) => !chosenColumns(schema).includes(field)).map((field) => field.name));
  popUp(anchor, () => columnsOf(schema).map((field) => {
    const box = h("input", { type: "checkbox", checked: !hidden.has(field.name), on: { change: () => {
      if (box.checked) hidden.delete(field.name); else hidden.add(field.name);
      localStorage.setItem(key(schema), JSON.stringify([...hidden]));
      onChange();
    } } });
    return h("label", {}, box, typeIcon(field), h("span", {}, field.name), field.hidden && h("span", { class: "tag" }, "hidden"));
  }));
}

const key = (schema) => `purlin-columns-${schema.id}`;

function read(schema) {
  try {
    const value = JSON.parse(localStorage.getItem(key(schema)));
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The icon in a column's head. */
export const columnIcon = (field) => (field.name === "id" ? icon("key") : typeIcon(field));
