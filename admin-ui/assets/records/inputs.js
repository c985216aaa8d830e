// An input per field type. Each gives `{ element, read }`; `read` is the value to send.

import { $, fill, h, icon, uniqueId } from "../lib/dom.js";
import { dateInput } from "../lib/format.js";
import { relationInput } from "./relation.js";

/** The input for a field with its present value. `onInput` is called on every change. */
export function inputFor(field, value, { isNew, onInput, record }) {
  const make = MAKERS[field.type] ?? MAKERS.json;
  return make(field, value, { isNew, onInput, record, required: field.required });
}

const MAKERS = {
  text(field, value, { isNew, onInput }) {
    const made = field.autogeneratePattern && isNew;
    const element = h("textarea", {
      class: `line${field.primaryKey ? " mono" : ""}`, value: value ?? "", rows: "1", "data-late": field.primaryKey, readOnly: field.primaryKey && !isNew,
      placeholder: made ? "Made by the server when left empty" : null, on: { input: onInput },
    });
    return { element, read: () => element.value };
  },

  editor(field, value, { onInput }) {
    const element = h("textarea", { class: "mono", value: value ?? "", rows: "7", placeholder: "HTML", on: { input: onInput } });
    return { element, read: () => element.value };
  },

  number(field, value, { isNew, onInput }) {
    const element = h("input", {
      type: "number", step: field.onlyInt ? "1" : "any", min: field.min, max: field.max,
      value: isNew && !value ? "" : String(value ?? ""), placeholder: "0", on: { input: onInput },
    });
    return { element, read: () => (element.value === "" ? 0 : Number(element.value)) };
  },

  bool(field, value, { onInput }) {
    const input = h("input", { type: "checkbox", role: "switch", checked: Boolean(value), on: { change: onInput } });
    const words = h("span", { class: "soft" });
    const show = () => fill(words, input.checked ? "Yes" : "No");
    input.addEventListener("change", show);
    show();
    return { element: h("div", { class: "switch" }, input, words), read: () => input.checked };
  },

  email: (field, value, { onInput }) => plain("email", value, onInput),
  url: (field, value, { onInput }) => plain("url", value, onInput),

  date(field, value, { onInput }) {
    const element = h("input", { type: "datetime-local", step: "1", value: dateInput(value).slice(0, 19), on: { input: onInput } });
    // Milliseconds that the input does not show survive when nothing was changed.
    const before = element.value;
    const read = () => {
      if (element.value === before) return value ?? "";
      return element.value ? `${element.value.replace("T", " ").padEnd(19, ":00")}.000Z` : "";
    };
    return { element, read };
  },

  autodate(field, value) {
    return { element: h("input", { value: value || "Set by the server", readOnly: true }), read: () => undefined };
  },

  select(field, value, { onInput }) {
    return field.maxSelect > 1 ? manyOf(field, value ?? [], onInput) : oneOf(field, value ?? "", onInput);
  },

  file(field, value) {
    const names = [value ?? []].flat().filter(Boolean);
    const element = h("div", { class: "note soft small" },
      names.length ? h("div", { class: "chips" }, names.map((name) => h("span", { class: "chip" }, h("span", {}, name)))) : null,
      h("p", {}, "Uploading comes as soon as this server accepts files."));
    return { element, read: () => undefined };
  },

  relation: relationInput,

  json(field, value, { onInput, isNew }) {
    const text = isNew && value === null ? "" : JSON.stringify(value ?? null, null, 2);
    const wrong = h("p", { class: "error", hidden: true });
    const element = h("textarea", { class: "mono", rows: "4", spellcheck: "false", placeholder: "null", value: text, on: {
      input: () => { check(); onInput(); },
    } });
    const check = () => {
      const problem = jsonProblem(element.value);
      wrong.hidden = !problem;
      fill(wrong, problem ?? "");
      element.toggleAttribute("aria-invalid", false);
      if (problem) element.setAttribute("aria-invalid", "true");
      return !problem;
    };
    const tidy = h("button", { type: "button", class: "quiet small", on: { click: () => {
      if (check() && element.value.trim()) element.value = JSON.stringify(JSON.parse(element.value), null, 2);
    } } }, "Tidy up");
    const read = () => (element.value.trim() === "" ? null : JSON.parse(element.value));
    return { element: h("div", { class: "json-input" }, element, wrong, tidy), read, check };
  },

  geoPoint(field, value, { onInput }) {
    const part = (key, name, limit) => {
      const input = h("input", { type: "number", step: "any", min: -limit, max: limit, value: String(value?.[key] ?? 0), "aria-label": name, on: { input: onInput } });
      return { input, node: h("label", { class: "hint" }, name, input) };
    };
    const lon = part("lon", "Longitude", 180);
    const lat = part("lat", "Latitude", 90);
    return {
      element: h("div", { class: "pair" }, lon.node, lat.node),
      read: () => ({ lon: Number(lon.input.value), lat: Number(lat.input.value) }),
    };
  },

  password(field, value, { onInput, isNew }) {
    const element = h("input", { type: "password", autocomplete: "new-password", placeholder: isNew ? null : "Leave empty to keep it", on: { input: onInput } });
    return { element, read: () => element.value || undefined };
  },
};

function plain(type, value, onInput) {
  const element = h("input", { type, value: value ?? "", autocomplete: "off", on: { input: onInput } });
  return { element, read: () => element.value };
}

function oneOf(field, value, onInput) {
  const options = ["", ...field.values].map((item) => h("option", { value: item, selected: item === value }, item || "—"));
  const element = h("select", { on: { change: onInput } }, options);
  return { element, read: () => element.value };
}

function manyOf(field, value, onInput) {
  const chosen = new Set(value);
  const name = uniqueId("many");
  const boxes = field.values.map((item) => {
    const box = h("input", { type: "checkbox", name, checked: chosen.has(item), on: { change: () => {
      if (box.checked) chosen.add(item); else chosen.delete(item);
      onInput();
    } } });
    return h("label", { class: "switch plain" }, box, h("span", {}, item));
  });
  return { element: h("div", { class: "toggles", role: "group" }, boxes), read: () => [...chosen] };
}

function jsonProblem(text) {
  if (text.trim() === "") return null;
  try { JSON.parse(text); return null; } catch (error) { return `This is not JSON yet: ${error.message}`; }
}

/** The icon of a field's type. */
export const typeIcon = (field) => icon(field.primaryKey ? "key" : field.type);

/** The first input inside an element. */
export const inputIn = (element) => (element.matches("input, select, textarea") ? element : $("input, select, textarea, button", element));
