// Inputs over columns of adopted tables: null is a value of its own, and the database may fill in
// what is left alone.

import { $ } from "../lib/dom.js";

/** The input for a field of an adopted table; any other input as it is. */
export function overColumn(field, input, value, { isNew }) {
  if (!field.native || field.type === "autodate" || field.primaryKey && !isNew) return input;
  const control = input.element.matches("input, select, textarea") ? input.element : $("input, select, textarea", input.element);
  if (field.native.type === "other") {
    if (control) { control.readOnly = true; control.placeholder = "Can be read only"; }
    return { ...input, read: () => undefined };
  }
  let touched = false;
  for (const type of ["input", "change", "click"]) input.element.addEventListener(type, () => { touched = true; }, { capture: true });
  const isBlank = () => control && control.type !== "checkbox" && control.value === "";
  if (control && "placeholder" in control && (field.native.filled || field.nullable)) {
    control.placeholder = isNew && field.native.filled ? "Filled in by the database" : value === "" ? "" : "null";
  }
  const read = () => {
    if (!touched && !isNew) return value;
    if (isNew && field.native.filled && (!touched || isBlank())) return undefined;
    // An empty text that was stored stays one; else nothing is null.
    if (field.nullable && (!touched || (isBlank() && value !== ""))) return null;
    return input.read();
  };
  return { ...input, read };
}
