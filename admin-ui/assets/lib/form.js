// Rows of a form: a label, an input, a hint, and room for what the server says about it.

import { $, $$, fill, h, uniqueId } from "./dom.js";

/** A labelled input. `key` is the path under which the server reports errors, dots between. */
export function row({ key, label, input, hint, required = false, lead = null }) {
  const id = input.id || uniqueId("in");
  const control = input.matches("input, select, textarea") ? input : $("input, select, textarea", input);
  if (control && !control.id) control.id = id;
  const error = h("p", { class: "error", id: `${id}-error`, role: "alert", hidden: true });
  if (control) control.setAttribute("aria-describedby", error.id);
  return h("div", { class: "row", dataset: { error: key ?? "" } },
    h("label", { for: control?.id }, lead, h("span", {}, label), required && h("span", { class: "need", title: "Required" }, "*")),
    input, hint && h("p", { class: "hint" }, hint), error);
}

/** A switch with its label. */
export function toggle({ key, label, checked, onChange, disabled = false, title }) {
  const input = h("input", { type: "checkbox", role: "switch", checked, disabled, on: { change: () => onChange?.(input.checked) } });
  if (key) input.dataset.key = key;
  return h("label", { class: "switch", title, dataset: { error: key ?? "" } }, input, h("span", {}, label));
}

/** A number input that gives a number, or `empty` when nothing is written. */
export function numberInput({ value, empty = 0, onInput, min, max, step = 1, placeholder, ...rest }) {
  const shown = value === empty || value === null || value === undefined ? "" : value;
  const input = h("input", { type: "number", value: shown, min, max, step, placeholder, ...rest, on: {
    input: () => onInput(input.value === "" ? empty : Number(input.value)),
  } });
  return input;
}

/** A text input for a list: one item per comma. */
export function listInput({ value, onInput, placeholder }) {
  const input = h("input", { value: (value ?? []).join(", "), placeholder, autocomplete: "off", spellcheck: "false", on: {
    input: () => onInput(input.value.split(",").map((item) => item.trim()).filter(Boolean)),
  } });
  return input;
}

/** Removes all errors below `root`. */
export function clearErrors(root) {
  for (const error of $$("p.error", root)) error.hidden = true;
  for (const input of $$("[aria-invalid]", root)) input.removeAttribute("aria-invalid");
}

/**
 * Puts the server's field errors under their inputs. Gives back what found no place, as texts.
 */
export function showErrors(root, fields) {
  clearErrors(root);
  const homeless = [];
  let first = null;
  for (const [path, item] of flattened(fields)) {
    const place = placeOf(root, path);
    if (!place) { homeless.push(`${path}: ${item.message}`); continue; }
    const error = $(":scope > p.error", place) ?? place.appendChild(h("p", { class: "error", role: "alert" }));
    fill(error, item.message);
    error.hidden = false;
    // Of several inputs, the one that says what is wrong is marked as such.
    const input = $("[data-error-at]", place) ?? $("input, select, textarea", place) ?? $("button", place);
    input?.setAttribute("aria-invalid", "true");
    if (error.id) input?.setAttribute("aria-describedby", error.id);
    first ??= input;
  }
  first?.focus();
  return homeless;
}

/** `{a: {b: {code, message}}}` → `[["a.b", {code, message}]]`. */
export function flattened(fields, before = "") {
  return Object.entries(fields ?? {}).flatMap(([key, item]) => {
    if (item === null || typeof item !== "object") return [];
    const path = before ? `${before}.${key}` : key;
    return typeof item.message === "string" ? [[path, item]] : flattened(item, path);
  });
}

/** The row for a path, or the nearest one above it. */
function placeOf(root, path) {
  const parts = path.split(".");
  while (parts.length) {
    const place = $(`[data-error="${CSS.escape(parts.join("."))}"]`, root);
    if (place) return place;
    parts.pop();
  }
  return null;
}
