// The list of fields: add, name, order, remove and take back, open for the options.

import { $, fill, h, icon } from "../lib/dom.js";
import { popUp } from "../lib/dialog.js";
import { fieldOptions, placeErrors } from "./options.js";
import { followName } from "./rename.js";
import { TYPES, gist, newField, typeName } from "./types.js";
import { uniqueIndexOf } from "./unique.js";

/** Marks a field that is gone when the collection is saved. No JSON text shows a symbol. */
export const GONE = Symbol("gone");

/** The fields as they are sent. */
export const keptFields = (draft) => draft.fields.filter((field) => !field[GONE]);

/** The panel of fields. */
export function fieldsPanel(draft, { changed }) {
  const list = h("div", { class: "field-list" });
  const add = h("button", { type: "button", class: "button", id: "add-field", on: { click: () => popUp(add, choices, "types") } }, icon("plus"), "Add a field");

  function choices(close) {
    return TYPES.map(([type, label]) => h("button", { type: "button", dataset: { type }, on: { click: () => {
      close();
      insert(newField(type, freeName(draft, type)));
    } } }, icon(type), label));
  }

  /** New fields go before the automatic dates at the end, where they are looked for. */
  function insert(field) {
    let at = draft.fields.length;
    while (at > 0 && draft.fields[at - 1].type === "autodate" && field.type !== "autodate") at -= 1;
    draft.fields.splice(at, 0, field);
    const element = line(field, draft, { changed, move, open: true });
    list.insertBefore(element, list.children[at] ?? null);
    changed();
    $("input[data-key=name]", element).select();
    element.scrollIntoView({ block: "nearest" });
  }

  /** Moves a field by a number of places; the element moves along and keeps the focus. */
  function move(field, element, step) {
    const at = draft.fields.indexOf(field);
    const to = at + step;
    if (to < 0 || to >= draft.fields.length) return;
    draft.fields.splice(to, 0, draft.fields.splice(at, 1)[0]);
    list.insertBefore(element, step > 0 ? list.children[to + 1] ?? null : list.children[to]);
    changed();
  }

  fill(list, draft.fields.map((field) => line(field, draft, { changed, move })));
  dragging(list, draft, changed);
  const element = h("div", {}, list, !draft.adopted && h("div", { class: "toggles" }, add));

  /**
   * Makes ready for errors: tells every row its place in what is sent, and opens the rows whose
   * options have one. `paths` are like `fields.2.max`.
   */
  function expect(paths) {
    keptFields(draft).forEach((field, at) => {
      const item = list.children[draft.fields.indexOf(field)];
      const inside = paths.some((path) => path.startsWith(`fields.${at}.`) && path !== `fields.${at}.name`);
      if (inside) item.dispatchEvent(new CustomEvent("show-options"));
      placeErrors(item, at);
    });
  }
  return { element, expect };
}

function line(field, draft, { changed, move, open = false }) {
  const fixed = field.system || draft.system;
  let before = field.name;
  const name = h("input", { dataset: { key: "name" }, value: field.name, readOnly: fixed, "aria-label": `Name of the ${typeName(field.type)} field`, autocomplete: "off", spellcheck: "false", on: {
    focus: () => { before = field.name; },
    input: () => { field.name = name.value; changed(); },
    change: () => { followName(draft, before, field.name); before = field.name; changed(); },
    keydown: (event) => { if (event.key === "Enter") { event.preventDefault(); flip(); } },
  } });
  const grip = h("button", { type: "button", class: "grip", title: "Drag, or use the arrow keys", "aria-label": `Move ${field.name}`, on: { keydown: (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(field, element, step);
    grip.focus();
  } } }, icon("grip"));
  const tags = h("span", { class: "toggles tight" });
  const toggleOptions = h("button", { type: "button", class: "icon-button", "aria-label": `Options of ${field.name}`, "aria-expanded": "false", on: { click: () => flip() } }, icon("down"));
  const drop = h("button", { type: "button", class: "icon-button bad", "aria-label": `Remove ${field.name}`, disabled: fixed || Boolean(draft.adopted), title: draft.adopted ? "The table is adopted: its columns stay. Hide the field instead." : null, on: { click: () => remove() } }, icon(draft.adopted ? "lock" : "trash"));
  const element = h("div", { class: "field", dataset: { name: field.name } },
    h("div", { dataset: { option: "name" } },
      h("div", { class: "field-line" }, grip, icon(field.primaryKey ? "key" : field.type), name, tags, toggleOptions, drop)));
  let options = null;

  function showTags() {
    fill(tags, field.native && field.native.column !== field.name && h("span", { class: "hint gist", title: "Column" }, field.native.column),
      field.nullable && h("span", { class: "tag" }, "null"), field.native?.type === "other" && h("span", { class: "tag" }, "read only"), gist(field) && h("span", { class: "hint gist" }, gist(field)),
      field.required && field.type !== "autodate" && h("span", { class: "tag" }, "required"), uniqueIndexOf(draft, field.name) && h("span", { class: "tag" }, "unique"), field.hidden && h("span", { class: "tag" }, "hidden"),
      field[GONE] ? h("span", { class: "tag bad" }, "will be removed") : !field.id && h("span", { class: "tag accent" }, "new"));
  }

  function flip(show = options === null) {
    options?.remove();
    options = show && !field[GONE] ? fieldOptions(field, { draft, changed: () => { showTags(); changed(); } }) : null;
    if (options) element.append(options);
    element.classList.toggle("open", Boolean(options));
    toggleOptions.setAttribute("aria-expanded", String(Boolean(options)));
  }

  function remove() {
    if (!field.id) {
      draft.fields.splice(draft.fields.indexOf(field), 1);
      element.remove();
    } else {
      field[GONE] = !field[GONE];
      flip(false);
      element.classList.toggle("gone", field[GONE]);
      fill(drop, icon(field[GONE] ? "reload" : "trash"));
      drop.setAttribute("aria-label", field[GONE] ? `Keep ${field.name}` : `Remove ${field.name}`);
      showTags();
    }
    changed();
  }

  element.addEventListener("show-options", () => { if (!options) flip(true); });
  showTags();
  if (open) flip(true);
  return element;
}

/** Dragging by the grip. The order of the elements is the order of the fields. */
function dragging(list, draft, changed) {
  let dragged = null;
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button !== 0) return;
    dragged = grip.closest(".field");
    grip.setPointerCapture(event.pointerId);
    dragged.classList.add("dragged");
  });
  list.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const from = [...list.children].indexOf(dragged);
    const over = [...list.children].find((item) => item !== dragged && inside(item, event.clientY));
    if (!over) return;
    const to = [...list.children].indexOf(over);
    list.insertBefore(dragged, to > from ? over.nextSibling : over);
    draft.fields.splice(to, 0, draft.fields.splice(from, 1)[0]);
    changed();
  });
  const end = () => { dragged?.classList.remove("dragged"); dragged = null; };
  list.addEventListener("pointerup", end);
  list.addEventListener("pointercancel", end);
}

/** Whether a pointer is in the nearer half of a row, so that tall rows do not jump to and fro. */
function inside(item, y) {
  const { top, height } = item.getBoundingClientRect();
  return y > top + Math.min(8, height / 4) && y < top + height - Math.min(8, height / 4);
}

function freeName(draft, type) {
  const taken = new Set(draft.fields.map((field) => field.name.toLowerCase()));
  const first = type === "geoPoint" ? "place" : type;
  for (let at = 1; ; at++) {
    const name = at === 1 ? first : `${first}${at}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
