// An explanation laid out for people: the decision and why, the lines, the fields; the rest folded away.

import { h, icon } from "../lib/dom.js";
import { post } from "../lib/api.js";
import { effectMark, fieldWords } from "./line.js";
import { parsed, words } from "./subject.js";

/** Asks why. `wish` is `{subject, collection, action, record, data, query, headers}`; the subject is a guest's or a record's. */
export function explain({ subject, ...rest }) {
  const { kind, collection, id } = parsed(subject);
  const given = Object.entries(rest).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return post("/authz/explain", { auth: kind === "guest" ? null : { collection, id }, ...Object.fromEntries(given) });
}

const DECISIONS = {
  allow: ["check", "Allowed"],
  deny: ["close", "Denied"],
  conditional: ["warn", "Depends on the record"],
};

/** The decision: a drawing and the word. */
export function decisionMark(decision) {
  const [sign, label] = DECISIONS[decision] ?? ["warn", decision];
  return h("span", { class: `decision ${decision}` }, icon(sign), label);
}

/** The whole answer; `names` has the names of records by subject. */
export function explanationOf(answer, { collection, names, hasRecord }) {
  return [
    h("section", { class: "panel verdict", dataset: { decision: answer.decision } }, h("div", { class: "panel-body" },
      h("h2", {}, decisionMark(answer.decision)), h("p", {}, answer.reason))),
    h("section", { class: "panel" }, h("header", {}, h("h2", {}, "The lines that decide"), h("span", { class: "hint" }, answer.lines.length > 1 ? "One allow that holds is enough, and a deny that holds beats it" : "")),
      h("div", { class: "panel-body" }, answer.lines.length ? h("ol", { class: "deciding" }, answer.lines.map((line) => decidingLine(line, collection, names)))
        : h("p", { class: "soft" }, answer.decision === "allow" ? "None: superusers pass every line." : "No line speaks of this caller, this action and this collection."))),
    fieldsPanel(answer.fields, hasRecord),
    h("section", { class: "panel" }, h("div", { class: "panel-body" }, filterPart(answer.filter), statementPart(answer.statement))),
  ];
}

function decidingLine(line, collection, names) {
  const href = line.source === "policy" ? `/_/authorization?${new URLSearchParams({ collection, policy: line.id })}` : `/_/collections/${encodeURIComponent(collection)}/schema#rules`;
  const [sign, holds, cls] = { true: ["check", "holds", "yes"], false: ["close", "does not hold", "no"] }[line.holds] ?? ["warn", "depends on the record", "open"];
  const differs = line.rule && line.bound !== line.rule;
  return h("li", { class: `note ${line.holds === false ? "idle" : ""}`, dataset: { source: line.source, holds: String(line.holds) } },
    h("div", { class: "line-head" }, effectMark(line.effect), h("span", { class: `holds ${cls}` }, icon(sign), holds), h("a", { href }, line.source === "policy" ? "Policy" : "The collection's own rule")),
    h("dl", { class: "facts" },
      h("dt", {}, "For"), h("dd", {}, way(line.via?.length ? line.via : [line.subject], names)),
      h("dt", {}, "Rows"), h("dd", {}, line.rule ? h("code", { class: "long" }, line.rule) : "every row"),
      differs && [h("dt", {}, "That is"), h("dd", {}, h("code", { class: "long" }, line.bound))],
      h("dt", {}, "Fields"), h("dd", {}, line.effect === "deny" && line.fields.length ? `only these: ${fieldWords(line)}` : fieldWords(line))));
}

/** The way from a caller to whom a line speaks of, or to a role. */
export function way(steps, names) {
  const arrow = () => h("span", { class: "arrow" }, icon("right"), h("span", { class: "unseen" }, "then"));
  const shown = (step) => (parsed(step).kind === "role" ? step : words(step, names));
  return h("span", { class: "way" }, steps.map((step, at) => [at > 0 && arrow(), h("span", { class: "chip plain", title: step }, h("span", {}, shown(step)))]));
}

function fieldsPanel(fields, hasRecord) {
  const part = (sign, label, list, none) => h("div", { class: "row", dataset: { fields: label } }, h("span", { class: "label" }, icon(sign), label),
    list.length ? h("div", { class: "chips" }, list.map((name) => h("span", { class: `chip ${sign === "check" ? "" : "plain"}` }, h("span", {}, name)))) : h("p", { class: "soft" }, none));
  return h("section", { class: "panel" }, h("header", {}, h("h2", {}, "Fields")), h("div", { class: "panel-body" },
    part("check", "Readable", fields.readable, "None."),
    part("close", "Not readable", fields.unreadable, "None."),
    fields.conditional?.length && part("warn", hasRecord ? "Depends" : "Depends on the record", fields.conditional, "")));
}

function filterPart(filter) {
  const text = filter === null ? h("p", { class: "soft" }, "Nothing is asked of the database: no line allows anything.")
    : filter ? h("pre", { class: "code prewrap" }, filter) : h("p", { class: "soft" }, "No condition: every row.");
  return h("details", { class: "more" }, h("summary", {}, "The combined filter"), text);
}

function statementPart(statement) {
  if (!statement) return null;
  return h("details", { class: "more" }, h("summary", {}, `What the database is asked (${statement.engine})`), h("div", { class: "stack tight" },
    h("pre", { class: "code prewrap" }, statement.text),
    statement.params?.length > 0 && h("ol", { class: "params" }, statement.params.map((value) => h("li", {}, h("code", { class: "long" }, JSON.stringify(value)))))));
}
