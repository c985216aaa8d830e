// Whom a line speaks of: the words for it, and the input that makes it.

import { fill, h, icon, uniqueId } from "../lib/dom.js";
import { index } from "../lib/collections.js";
import { complain } from "../lib/notice.js";
import { learnNames, pick } from "../records/relation.js";

const FIXED = { anyone: "*", guest: "@guest", auth: "@auth" };

const KINDS = {
  anyone: "Anyone, signed in or not",
  guest: "A guest: nobody signed in",
  auth: "Anyone signed in",
  role: "A role",
  any: "Every record of a collection",
  record: "One record",
};

/** The auth collections whose records lines may name; superusers pass every line. */
export const signers = index.filter((item) => item.kind === "auth" && !item.system).map((item) => item.name);

/** `users/abc` → `{kind: "record", collection: "users", id: "abc"}`. */
export function parsed(subject) {
  const fixed = Object.keys(FIXED).find((kind) => FIXED[kind] === subject);
  if (fixed) return { kind: fixed };
  if (subject.startsWith("role:")) return { kind: "role", role: subject.slice(5) };
  const [collection, id = ""] = subject.split("/");
  return id === "*" ? { kind: "any", collection } : { kind: "record", collection, id };
}

/** Whether a text has the form of a subject, and not only some letters of one. */
export const isWhole = (text) => Object.values(FIXED).includes(text) || /^(role:[^/]+|[^/]+\/[^/]+)$/.test(text);

/** A subject in words; `names` has the names of records by subject. */
export function words(subject, names) {
  const it = parsed(subject);
  return {
    anyone: () => "Anyone", guest: () => "Guests", auth: () => "Anyone signed in", role: () => it.role,
    any: () => `Every record of ${it.collection}`, record: () => names?.get(subject) ?? it.id,
  }[it.kind]();
}

/** A subject as it stands in a list: a drawing, words, and how it is written in a line. */
export function subjectLabel(subject, names) {
  const { kind } = parsed(subject);
  const sign = { role: "key", any: "stack", record: "auth" }[kind] ?? "view";
  return h("span", { class: "who", title: subject }, icon(sign), h("span", {}, h("b", {}, words(subject, names)), h("code", {}, subject)));
}

/** Learns the names of the records among subjects: a map by subject. What is not found stays out. */
export async function namesOf(subjects) {
  const byCollection = new Map();
  for (const subject of new Set(subjects)) {
    const { kind, collection, id } = parsed(subject);
    if (kind !== "record") continue;
    if (!byCollection.has(collection)) byCollection.set(collection, []);
    byCollection.get(collection).push(id);
  }
  const names = new Map();
  await Promise.all([...byCollection].map(async ([collection, ids]) => {
    const found = new Map();
    await learnNames({ collectionId: collection }, ids, found).catch(() => {});
    for (const [id, name] of found) names.set(`${collection}/${id}`, name);
  }));
  return names;
}

/**
 * The input of a subject. `kinds` are those that may be chosen, `roles` gives the names to suggest.
 * Gives `{ element, read }`; what is not complete reads as an incomplete text, which the server refuses.
 */
export function subjectInput({ value, kinds = Object.keys(KINDS), label = "Who", collections = signers, roles = async () => [], onInput = () => {} }) {
  let it = value ? parsed(value) : { kind: kinds[0] };
  const part = h("div", { class: "subject-part" });
  const choice = h("select", { on: { change: () => {
    it = { kind: choice.value, role: it.role, collection: it.collection ?? collections[0], id: it.kind === "record" ? it.id : "" };
    draw();
    onInput();
  } } }, kinds.map((kind) => h("option", { value: kind, selected: kind === it.kind }, KINDS[kind])));

  function draw() {
    fill(part, { role: roleInput, any: collectionInput, record: () => [collectionInput(), recordInput()] }[it.kind]?.());
    part.hidden = it.kind in FIXED;
  }

  function roleInput() {
    const known = h("datalist", { id: uniqueId("roles") });
    roles().then((names) => fill(known, names.map((name) => h("option", { value: name }))), () => {});
    return [h("input", { value: it.role ?? "", "data-error-at": true, list: known.id, "aria-label": `${label}: role`, placeholder: "Name of the role, such as editor", autocomplete: "off", spellcheck: "false", on: {
      input: (event) => { it.role = event.target.value.trim().replace(/^role:/, ""); onInput(); },
    } }), known];
  }

  function collectionInput() {
    const all = it.collection && !collections.includes(it.collection) ? [it.collection, ...collections] : collections;
    it.collection ??= all[0];
    const input = h("select", { "aria-label": `${label}: collection`, on: { change: () => { it.collection = input.value; it.id = ""; draw(); onInput(); } } },
      all.map((name) => h("option", { value: name, selected: name === it.collection }, name)));
    return input;
  }

  function recordInput() {
    return recordChoice({ collection: it.collection, id: it.id, words: "Choose one", label, onPick: (id) => { it.id = id; onInput(); } });
  }

  const read = () => FIXED[it.kind] ?? { role: `role:${it.role ?? ""}`, any: `${it.collection ?? ""}/*`, record: `${it.collection ?? ""}/${it.id ?? ""}` }[it.kind];
  draw();
  return { element: h("div", { class: "subject" }, choice, part), read, reset: () => { it = { kind: it.kind, collection: it.collection }; draw(); } };
}

/** A button that lets one record be chosen, by its name. `mayBeNone` adds a cross that forgets it. */
export function recordChoice({ collection, id, words: none, label, mayBeNone = false, onPick }) {
  const names = new Map();
  const text = h("span", {});
  const button = h("button", { type: "button", class: "button", "data-error-at": true, on: { click: async () => {
    const picked = await pick({ collectionId: collection, maxSelect: 1 }, id ? [id] : [], names).catch(complain);
    if (picked) set(picked[0] ?? "");
  } } }, icon("search"), text);
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Forget the record", on: { click: () => { set(""); button.focus(); } } }, icon("close"));
  const show = () => {
    fill(text, id ? names.get(id) ?? id : none);
    button.title = id ? `${collection}/${id}` : "";
    button.setAttribute("aria-label", id ? `${label}: ${names.get(id) ?? id}. Choose another` : `${label}: ${none}`);
    cross.hidden = !mayBeNone || !id;
  };
  const set = (next) => { id = next; show(); onPick(id); };
  show();
  if (id) learnNames({ collectionId: collection }, [id], names).then(show, () => {});
  return h("span", { class: "record-choice" }, button, cross);
}
