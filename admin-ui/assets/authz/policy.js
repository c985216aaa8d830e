// One policy in a drawer: add it, change it, remove it. What the server refuses stands beside its input.

import { fill, h, icon, uniqueId } from "../lib/dom.js";
import { patch, post, recordsPath, remove } from "../lib/api.js";
import { collection, index } from "../lib/collections.js";
import { busy, confirm, openDialog } from "../lib/dialog.js";
import { listInput, row, showErrors } from "../lib/form.js";
import { complain, say } from "../lib/notice.js";
import { ruleEditor } from "../schema/rule.js";
import { sentence } from "./line.js";
import { CONSOLE, DEEDS, POLICIES, fieldsOf, isConsole, isOwn } from "./lines.js";
import { roleNames } from "./roles.js";
import { subjectInput } from "./subject.js";

const NEW = { subject: "role:", object: "", action: "view", effect: "allow", rule: "", fields: [], note: "" };

/** Opens a policy; one without an id is new and takes what it has as a beginning. `onDone` is called after a change. */
export function openPolicy(line, onDone) {
  const isNew = !line.id;
  const draft = { ...NEW, ...line, fields: fieldsOf(line), effect: line.effect || "allow" };
  let schema = null;
  let saved = false;
  const problem = h("p", { class: "note bad", role: "alert", hidden: true });
  const gist = h("p", { class: "note gist-line", "aria-live": "polite" });
  const who = subjectInput({ value: draft.subject, roles: roleNames, onInput: () => { draft.subject = who.read(); changed(); } });
  const fields = h("div", {});
  const rule = ruleEditor({ path: "rule", label: "Rows", mayLock: false, check: checkRule, schema: () => schema,
    hint: "Which rows it speaks of, in the language of rules. What was sent is @request.body.*, the caller's roles are @request.auth.roles.",
    blank: { words: "every row", cls: "", placeholder: "Empty: every row" },
    get: () => draft.rule, set: (value) => { draft.rule = value; changed(); } });
  const form = h("form", { class: "stack policy", novalidate: true, on: { submit: (event) => { event.preventDefault(); save(); } } }, problem,
    row({ key: "subject", label: "Who", input: who.element, required: true }),
    h("div", { class: "pair" },
      row({ key: "object", label: "Collection", input: objectInput(), required: true }),
      row({ key: "action", label: "Action", input: chosen(DEEDS, "action"), required: true })),
    h("div", { class: "row", dataset: { error: "effect" } }, h("span", { class: "label" }, "Effect"), effectInput(), h("p", { class: "hint" }, "A deny beats every allow.")),
    h("div", { dataset: { error: "rule" } }, rule.element), fields,
    row({ key: "note", label: "Note", input: h("input", { value: draft.note, placeholder: "Why this policy exists", on: { input: (event) => { draft.note = event.target.value; changed(); } } }) }), gist);

  const button = h("button", { type: "button", class: "button primary", on: { click: () => save() } }, isNew ? "Add policy" : "Save changes");
  const drop = !isNew && h("button", { type: "button", class: "button danger start", on: { click: () => removeIt() } }, icon("trash"), "Remove");
  const before = JSON.stringify(draft);
  const isChanged = () => JSON.stringify(draft) !== before;
  const mayClose = async () => saved || !isChanged() || confirm({ title: "Discard the changes?", text: "What you have written here has not been saved.", yes: "Discard", destructive: true });
  const keep = (event) => { if (!saved && isChanged()) event.preventDefault(); };
  const dialog = openDialog({ kind: "drawer", title: isNew ? "New policy" : "Policy", body: [form], mayClose,
    foot: [drop, h("button", { type: "button", class: "button", on: { click: async () => { if (await mayClose()) dialog.close(); } } }, "Cancel"), button],
    onClose: () => removeEventListener("beforeunload", keep) });
  addEventListener("beforeunload", keep);
  dialog.element.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); save(); }
  });
  learnObject();
  changed();

  function changed() {
    button.disabled = !isNew && !isChanged();
    fill(gist, sentence(draft));
  }

  function chosen(options, key) {
    return h("select", { on: { change: (event) => { draft[key] = event.target.value; changed(); } } },
      options.map(([value, label]) => h("option", { value, selected: draft[key] === value }, label)));
  }

  function objectInput() {
    const option = (value, label = value) => h("option", { value, selected: draft.object === value }, label);
    const named = (system) => index.filter((item) => item.system === system).map((item) => option(item.name));
    const known = !draft.object || draft.object === "*" || isConsole(draft.object) || index.some((item) => item.name === draft.object);
    return h("select", { on: { change: (event) => { draft.object = event.target.value; draft.fields = []; changed(); learnObject(); } } },
      !known && option(draft.object, `${draft.object} (not there)`), option("", "Choose …"), option("*", "* : every one that is not a system collection"),
      h("optgroup", { label: "Collections" }, named(false)), h("optgroup", { label: "System collections" }, named(true)),
      h("optgroup", { label: "Console" }, CONSOLE.map((part) => option(part))));
  }

  function effectInput() {
    const group = uniqueId("effect");
    return h("div", { class: "segments effects", role: "radiogroup", "aria-label": "Effect" }, [["allow", "check", "Allow"], ["deny", "close", "Deny"]].map(([value, sign, label]) =>
      h("label", {}, h("input", { type: "radio", name: group, value, checked: draft.effect === value, on: { change: () => { draft.effect = value; changed(); } } }), h("span", {}, icon(sign), label))));
  }

  /** Fields and suggestions are those of the collection that is spoken of. */
  async function learnObject() {
    const object = draft.object;
    const found = index.some((item) => item.name === object) ? await collection(object).catch(() => null) : null;
    if (draft.object !== object) return;
    schema = found;
    rule.clear();
    rule.element.hidden = isConsole(object) && !draft.rule;
    fill(fields, isConsole(object) && !draft.fields.length ? null : fieldsRow());
  }

  function fieldsRow() {
    if (!schema) return row({ key: "fields", label: "Fields", input: listInput({ value: draft.fields, placeholder: "Empty: all fields", onInput: (value) => { draft.fields = value; changed(); } }), hint: "Names with commas between them." });
    const state = h("span", { class: "tag" });
    const show = () => fill(state, draft.fields.length ? `${draft.fields.length} of ${schema.fields.length}` : "all fields");
    // Names of fields that are gone stay to be taken away.
    const names = [...new Set([...schema.fields.map((field) => field.name), ...draft.fields])].filter((name) => name !== "id" || draft.fields.includes(name));
    const box = (name) => h("label", { class: "check" }, h("input", { type: "checkbox", checked: draft.fields.includes(name), on: { change: (event) => {
      draft.fields = names.filter((other) => (other === name ? event.target.checked : draft.fields.includes(other)));
      show();
      changed();
    } } }), h("span", {}, name));
    show();
    return h("div", { class: "row", role: "group", "aria-label": "Fields", dataset: { error: "fields" } },
      h("span", { class: "label" }, "Fields", state), h("div", { class: "checks" }, names.map(box)),
      h("p", { class: "hint" }, "None ticked: all fields. The id is readable wherever the row is."));
  }

  /** Rules are one language: what is wrong with it as a rule of the collection is wrong with it here. */
  async function checkRule() {
    const text = draft.rule;
    if (!schema || !isOwn(schema.name) || !text) return;
    const refusal = await post("/collections/meta/dry-run-save", { ...schema, listRule: text }).then(() => null, (error) => error);
    const item = refusal?.fields?.listRule;
    if (item?.code === "validation_invalid_rule" && draft.rule === text) rule.complain(item);
  }

  async function save() {
    if (button.disabled) return;
    problem.hidden = true;
    rule.clear();
    await busy(button, async () => {
      const { subject, object, action, effect, fields: named, note } = draft;
      const body = { subject, object, action, effect, rule: draft.rule, fields: named, note };
      const result = isNew ? await post(recordsPath(POLICIES), body) : await patch(recordsPath(POLICIES, line.id), body);
      saved = true;
      dialog.close();
      say(isNew ? "Policy added" : "Policy saved");
      onDone(result);
    }, refused);
  }

  function refused(error) {
    const { rule: wrong, ...rest } = error.fields;
    const homeless = showErrors(form, rest);
    if (wrong) { rule.complain(wrong); if (!Object.keys(rest).length) rule.focus(); }
    const placed = Object.keys(error.fields).length > homeless.length;
    fill(problem, [placed ? "" : error.message, ...homeless].filter(Boolean).join(" "));
    problem.hidden = placed && homeless.length === 0;
    if (!problem.hidden) problem.scrollIntoView({ block: "nearest" });
  }

  async function removeIt() {
    const sure = await confirm({ title: "Remove this policy?", text: sentence(line), yes: "Remove", destructive: true });
    if (!sure) return;
    try {
      await remove(recordsPath(POLICIES, line.id));
      saved = true;
      dialog.close();
      say("Policy removed");
      onDone(null);
    } catch (error) { complain(error); }
  }
}
