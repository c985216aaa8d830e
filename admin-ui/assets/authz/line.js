// One line in a few words. Allow and deny differ by drawing, word and border, not by colour alone.

import { h, icon } from "../lib/dom.js";
import { fieldsOf, isConsole, isDeny } from "./lines.js";
import { parsed, words } from "./subject.js";

/** The mark of an effect: a drawing and the word. */
export function effectMark(effect) {
  const deny = effect === "deny";
  return h("span", { class: `effect ${deny ? "deny" : "allow"}` }, icon(deny ? "close" : "check"), deny ? "deny" : "allow");
}

/** Which fields a line speaks of, in a few words. */
export const fieldWords = (line) => (fieldsOf(line).length ? fieldsOf(line).join(", ") : "all fields");

/** A line as a button that opens it; `names` has the names of records by subject. `deed` is shown where the line stands in the column of another word. */
export function lineButton(line, { column = line.action, names, onOpen }) {
  const fields = fieldsOf(line);
  const title = sentence(line, names);
  return h("button", { type: "button", class: `policy-line ${isDeny(line) ? "deny" : "allow"}`, title: line.note ? `${title}\n${line.note}` : title, dataset: { line: line.id }, "aria-label": `${title} Change it`, on: { click: () => onOpen(line) } },
    h("span", { class: "line-head" }, effectMark(line.effect), line.action !== column && h("span", { class: "tag", title: "The policy's action" }, line.action)),
    line.rule ? h("code", { class: "line-rule" }, line.rule) : !isConsole(line.object) && h("span", { class: "line-rule" }, "every row"),
    fields.length > 0 && h("span", { class: "line-fields" }, fields.length === 1 ? "field " : "fields ", h("b", {}, fields.join(", "))));
}

const DOES = { list: "list", view: "view", create: "create", update: "update", delete: "delete", manage: "manage", read: "list and view", write: "create, update and delete", "*": "do anything with" };

/** A line as a sentence. */
export function sentence(line, names) {
  const it = parsed(line.subject);
  const who = it.kind === "role" ? `Whoever has the role ${it.role || "…"}` : words(line.subject, names) || "…";
  const what = { "*": "records of any collection", "": "…" }[line.object] ?? (isConsole(line.object) ? line.object : `records of ${line.object}`);
  const fields = fieldsOf(line);
  const only = fields.length ? `${isDeny(line) ? "" : "only "}the field${fields.length > 1 ? "s" : ""} ${fields.join(", ")} of ` : "";
  return `${who} ${isDeny(line) ? "may not" : "may"} ${DOES[line.action] ?? "…"} ${only}${what}${line.rule ? ` where ${line.rule}` : ""}.`;
}
