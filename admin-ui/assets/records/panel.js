// One record in a drawer: look at it, create it, change it, delete it.

import { $$, fill, h, icon } from "../lib/dom.js";
import { get, patch, post, recordsPath, remove } from "../lib/api.js";
import { busy, confirm, openDialog, popUp } from "../lib/dialog.js";
import { row, showErrors } from "../lib/form.js";
import { collection } from "../lib/collections.js";
import { allows, may, reaches } from "../lib/may.js";
import { complain, say } from "../lib/notice.js";
import { cell } from "./cell.js";
import { explainAddress } from "../authz/lines.js";
import { inputFor, typeIcon } from "./inputs.js";
import { overColumn } from "./native.js";
import { passwordRows } from "./password.js";

/** Opens a record, or a new one when `record` is null. `onDone` is called after a change. */
export function openRecord(schema, record, onDone) {
  if (schema.type === "view") return showRecord(schema, record, "Records of a view come from its query and cannot be changed here.");
  if (record && !allows(schema, "update")) return showRecord(schema, record, "Your account may not change records of this collection.");
  return editRecord(schema, record, onDone);
}

/** A record that can only be read, and why. */
async function showRecord(schema, record, why) {
  const targets = new Map();
  for (const field of schema.fields) {
    if (field.type === "relation") targets.set(field.collectionId, await collection(field.collectionId).catch(() => null));
  }
  const rows = schema.fields.flatMap((field) => [h("dt", {}, field.name), h("dd", {}, cell(field, record, targets))]);
  openDialog({ kind: "drawer", title: record.id, body: [h("p", { class: "note" }, why), h("dl", { class: "facts" }, rows)],
    foot: accessLinks(schema, record, "button") });
}

/** The ways from a record to who may reach it. */
function accessLinks(schema, record, cls) {
  if (!may.authorization?.read) return [];
  const query = { collection: schema.name, record: record.id };
  return [
    h("a", { class: cls, href: `/_/authorization/who?${new URLSearchParams(query)}` }, icon("view"), "Who can see it?"),
    h("a", { class: cls, href: explainAddress(query) }, icon("lock"), "Explain access"),
  ];
}

function editRecord(schema, record, onDone) {
  const isNew = record === null;
  const path = recordsPath(schema.name, record?.id);
  const problem = h("p", { class: "note bad", role: "alert", hidden: true });
  const form = h("form", { class: "stack", novalidate: true, on: { submit: (event) => { event.preventDefault(); save(); } } }, problem);
  const inputs = [];
  let saved = false;

  const onInput = () => { button.disabled = !isNew && !isChanged(); };
  const isChanged = () => inputs.some((input) => JSON.stringify(safely(input)) !== input.before);

  for (const field of schema.fields) {
    if (schema.type === "auth" && field.name === "tokenKey") continue;
    if (schema.type === "auth" && field.name === "password") {
      if (!reaches(schema, isNew ? "create" : "update", field)) continue;
      const rows = passwordRows(isNew, onInput);
      inputs.push({ keys: rows.read, before: "{}" });
      form.append(rows.element);
      continue;
    }
    if (isNew && field.type === "autodate") continue;
    if (isNew && field.name !== "id" && !reaches(schema, "create", field)) continue;
    const made = inputFor(field, record?.[field.name] ?? zero(field), { isNew, onInput, record });
    const mayWrite = isNew || reaches(schema, "update", field);
    const input = mayWrite ? overColumn(field, made, record?.[field.name] ?? null, { isNew }) : readOnly(made);
    input.field = field;
    inputs.push(input);
    form.append(row({ key: field.name, label: field.name, input: input.element, hint: hintFor(field), required: field.required && !field.autogeneratePattern && !madeElsewhere(field), lead: typeIcon(field) }));
  }
  for (const input of inputs) input.before ??= JSON.stringify(safely(input));

  const button = h("button", { type: "button", class: "button primary", disabled: !isNew, on: { click: () => save() } }, isNew ? "Create record" : "Save changes");
  const more = !isNew && h("button", { type: "button", class: "icon-button start", "aria-label": "More", on: { click: () => menu() } }, icon("more"));
  const mayClose = async () => saved || !isChanged() || confirm({
    title: "Discard the changes?", text: "What you have written here has not been saved.", yes: "Discard", destructive: true,
  });
  const dialog = openDialog({
    kind: "drawer", title: isNew ? `New record in ${schema.name}` : record.id, body: [form], mayClose,
    foot: [more, h("button", { type: "button", class: "button", on: { click: async () => { if (await mayClose()) dialog.close(); } } }, "Cancel"), button],
    onClose: () => removeEventListener("beforeunload", keep),
  });
  const keep = (event) => { if (!saved && isChanged()) event.preventDefault(); };
  addEventListener("beforeunload", keep);
  dialog.element.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); save(); }
  });

  async function save() {
    if (button.disabled || inputs.some((input) => input.check && !input.check())) return;
    problem.hidden = true;
    await busy(button, async () => {
      const body = collected(inputs, isNew);
      const result = isNew ? await post(recordsPath(schema.name), body) : await patch(path, body);
      saved = true;
      dialog.close();
      say(isNew ? "Record created" : "Record saved");
      onDone(result);
    }, (error) => {
      const homeless = showErrors(form, error.fields);
      const placed = Object.keys(error.fields).length > homeless.length;
      fill(problem, [placed ? "" : error.message, ...homeless].filter(Boolean).join(" "));
      problem.hidden = placed && homeless.length === 0;
      if (!problem.hidden) problem.scrollIntoView({ block: "nearest" });
    });
  }

  function menu() {
    popUp(more, (close) => [
      h("button", { type: "button", on: { click: () => { close(); copy(record.id, "The id is in the clipboard"); } } }, icon("copy"), "Copy id"),
      h("button", { type: "button", on: { click: async () => { close(); copy(JSON.stringify(await get(path), null, 2), "The record is in the clipboard"); } } }, icon("json"), "Copy as JSON"),
      ...accessLinks(schema, record),
      allows(schema, "delete") && h("button", { type: "button", class: "bad", on: { click: () => { close(); drop(); } } }, icon("trash"), "Delete record"),
    ]);
  }

  async function drop() {
    const sure = await confirm({ title: "Delete this record?", text: "Records that may not be without it are deleted with it, as their relation fields say.", yes: "Delete", destructive: true });
    if (!sure) return;
    try {
      await remove(path);
      saved = true;
      dialog.close();
      say("Record deleted");
      onDone(null);
    } catch (error) { complain(error); }
  }
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    say("The browser does not allow copying here.", "bad");
  }
}

/** An input of a field that the account may see and not write. */
function readOnly(input) {
  for (const control of [input.element, ...$$("input, select, textarea, button", input.element)]) {
    if ("disabled" in control) control.disabled = true;
  }
  return { ...input, read: () => undefined };
}

/** What to send: everything for a new record, only what changed for an old one. */
function collected(inputs, isNew) {
  const body = {};
  for (const input of inputs) {
    const value = safely(input);
    if (input.keys) { Object.assign(body, value); continue; }
    const untouched = JSON.stringify(value) === input.before;
    if (value === undefined || (untouched && (!isNew || value === "" || value === null))) continue;
    body[input.field.name] = value;
  }
  return body;
}

/** The value, or a mark that differs from every value while a JSON text is unfinished. */
function safely(input) {
  try { return (input.keys ?? input.read)(); } catch { return { unfinished: true }; }
}

function zero(field) {
  if (field.type === "json") return null;
  if (field.type === "geoPoint") return { lon: 0, lat: 0 };
  return field.maxSelect > 1 ? [] : "";
}

/** Whether a key is left to the database, or to the server, which knows its form. */
const madeElsewhere = (field) => field.native?.filled || (field.primaryKey && ["uuid", "objectId"].includes(field.native?.type));

function hintFor(field) {
  if (field.help) return field.help;
  if (field.type === "date") return "UTC";
  if (field.hidden) return "Hidden: only superusers see it.";
  return null;
}
