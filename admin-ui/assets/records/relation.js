// Relations: chips for the chosen records, and a dialog to look for others.

import { calmly, fill, h, icon } from "../lib/dom.js";
import { get, literal, recordsPath } from "../lib/api.js";
import { collection, nameOf, nameRecord, namingFields } from "../lib/collections.js";
import { openDialog } from "../lib/dialog.js";
import { complain } from "../lib/notice.js";

/** The input of a relation field. */
export function relationInput(field, value, { onInput }) {
  let ids = [value ?? []].flat().filter(Boolean);
  const names = new Map();
  const chips = h("div", { class: "chips" });
  const choose = h("button", { type: "button", class: "button", on: { click: async () => {
    const picked = await pick(field, ids, names).catch(complain);
    if (!picked) return;
    ids = picked;
    draw();
    onInput();
  } } }, icon("relation"), `Choose from ${nameOf(field.collectionId)}`);

  function draw() {
    fill(chips, ids.map((id) => h("span", { class: "chip", title: id }, h("span", {}, names.get(id) ?? id),
      h("button", { type: "button", "aria-label": `Remove ${names.get(id) ?? id}`, on: { click: () => { ids = ids.filter((other) => other !== id); draw(); onInput(); } } }, icon("close")))));
    chips.hidden = ids.length === 0;
  }

  draw();
  learnNames(field, ids, names).then(draw, () => {});
  return {
    element: h("div", { class: "stack tight" }, chips, h("div", {}, choose)),
    read: () => (field.maxSelect > 1 ? ids : ids.at(-1) ?? ""),
  };
}

/** Asks for the names of records that are only known by id, of the collection `field` points to. */
export async function learnNames(field, ids, names) {
  if (!ids.length) return;
  const schema = await collection(field.collectionId);
  for (let at = 0; at < ids.length; at += 50) {
    const filter = ids.slice(at, at + 50).map((id) => `id = ${literal(id)}`).join(" || ");
    const { items } = await get(recordsPath(schema.name), { filter, perPage: 50, skipTotal: 1 });
    for (const item of items) names.set(item.id, nameRecord(schema, item));
  }
}

/** The dialog; gives the chosen ids, or null when it was left. `field` says of which collection, and how many. */
export async function pick(field, before, names) {
  const schema = await collection(field.collectionId);
  const many = field.maxSelect > 1;
  const chosen = new Set(before);
  const list = h("div", { class: "choices", role: "group", "aria-label": `Records of ${schema.name}` });
  const search = h("input", { type: "search", placeholder: `Search ${schema.name}`, "aria-label": `Search ${schema.name}`, autofocus: true, on: { input: calmly(() => load()) } });
  let turn = 0;
  const counter = h("span", { class: "soft start" });
  const limit = field.maxSelect < 1e6 ? ` of at most ${field.maxSelect}` : "";
  const count = () => fill(counter, many ? `${chosen.size} chosen${limit}` : "");

  async function load() {
    const mine = ++turn;
    try {
      const query = { perPage: 50, skipTotal: 1, filter: searchFilter(schema, search.value) };
      const { items } = await get(recordsPath(schema.name), query);
      if (mine === turn) fill(list, items.length ? items.map(choice) : h("p", { class: "empty" }, search.value ? "No record matches." : `${schema.name} has no records yet.`));
    } catch (error) {
      if (mine === turn) fill(list, h("p", { class: "note bad" }, error.message));
    }
  }

  function choice(record) {
    names.set(record.id, nameRecord(schema, record));
    const box = h("input", { type: many ? "checkbox" : "radio", name: "choice", checked: chosen.has(record.id), on: { change: () => {
      if (!many) chosen.clear();
      if (box.checked) chosen.add(record.id); else chosen.delete(record.id);
      count();
    } } });
    return h("label", {}, box, h("span", {}, names.get(record.id)), h("code", {}, record.id));
  }

  return new Promise((resolve) => {
    let answer = null;
    const accept = h("button", { type: "button", class: "button primary", on: { click: () => { answer = [...chosen]; dialog.close(); } } }, "Choose");
    const dialog = openDialog({
      title: `Choose from ${schema.name}`, body: [search, list],
      foot: [counter, h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel"), accept],
      onClose: () => resolve(answer),
    });
    count();
    load();
  });
}

/** A filter that looks for the words in what names a record, and in its id. */
function searchFilter(schema, words) {
  const text = words.trim();
  if (!text) return "";
  const names = ["id", ...namingFields(schema).map((field) => field.name)];
  return [...new Set(names)].map((name) => `${name} ~ ${literal(text)}`).join(" || ");
}
