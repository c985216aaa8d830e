// The indexes, as SQL text with a builder for the usual ones.

import { fill, h, icon } from "../lib/dom.js";
import { openDialog } from "../lib/dialog.js";
import { row, toggle } from "../lib/form.js";
import { keptFields } from "./fields.js";

/** The panel of indexes. */
export function indexesPanel(draft, { changed }) {
  const list = h("div", { class: "stack" });
  let drawn = "";
  const add = h("button", { type: "button", class: "button", id: "add-index", on: { click: () => build(draft, (text) => { draft.indexes.push(text); draw(); changed(); }) } }, icon("plus"), "Add an index");

  /** Draws the list again if others have changed it; errors at an unchanged list stay. */
  function drawIfChanged() {
    if (JSON.stringify(draft.indexes) !== drawn) draw();
  }

  function draw() {
    drawn = JSON.stringify(draft.indexes);
    fill(list, draft.adopted && h("p", { class: "locked" }, icon("lock"), "The indexes of an adopted table are made in the database itself. Those that keep values unique are listed."),
      draft.indexes.length === 0 && !draft.adopted && h("p", { class: "soft" }, "No index. Add one for fields that are often filtered or sorted by, or whose values must be unique."),
      draft.indexes.map((text, at) => {
        const input = h("textarea", { class: "mono", rows: "2", value: text, readOnly: Boolean(draft.adopted), spellcheck: "false", "aria-label": `Index ${at + 1}`, on: { input: () => { draft.indexes[at] = input.value; drawn = JSON.stringify(draft.indexes); changed(); } } });
        const drop = h("button", { type: "button", class: "icon-button bad", "aria-label": `Remove index ${at + 1}`, on: { click: () => { draft.indexes.splice(at, 1); draw(); changed(); } } }, icon("trash"));
        return h("div", { dataset: { error: `indexes.${at}` } }, h("div", { class: "index-line" }, input, !draft.adopted && drop));
      }));
  }

  draw();
  const element = h("section", { class: "panel" }, h("header", {}, h("h2", {}, "Indexes")), h("div", { class: "panel-body", dataset: { error: "indexes" } }, list, !draft.adopted && h("div", {}, add)));
  return { element, draw: drawIfChanged };
}

/** Asks for columns and gives the text of an index. */
function build(draft, done) {
  const chosen = [];
  let unique = false;
  const preview = h("pre", { class: "code" });
  const accept = h("button", { type: "button", class: "button primary", disabled: true, on: { click: () => { dialog.close(); done(text()); } } }, "Add the index");
  const suffix = Math.random().toString(36).slice(2, 10);
  const quoted = (name) => `\`${name.replaceAll("`", "")}\``;
  const text = () => `CREATE ${unique ? "UNIQUE " : ""}INDEX ${quoted(`idx_${suffix}`)} ON ${quoted(draft.name || "collection")} (${chosen.map(quoted).join(", ")})`;
  const show = () => { fill(preview, chosen.length ? text() : "Choose at least one field."); accept.disabled = chosen.length === 0; };
  const boxes = keptFields(draft).map((field) => {
    const box = h("input", { type: "checkbox", on: { change: () => {
      if (box.checked) chosen.push(field.name); else chosen.splice(chosen.indexOf(field.name), 1);
      show();
    } } });
    return h("label", { class: "switch plain" }, box, icon(field.type), h("span", {}, field.name));
  });
  const dialog = openDialog({
    title: "Add an index",
    body: [
      row({ label: "Fields, in the order in which you choose them", input: h("div", { class: "toggles" }, boxes) }),
      toggle({ label: "Unique: no two records may have the same values", checked: false, onChange: (on) => { unique = on; show(); } }), preview,
    ],
    foot: [h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel"), accept],
  });
  show();
}
