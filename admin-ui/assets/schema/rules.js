// The rules of a collection: who may do what.

import { h } from "../lib/dom.js";
import { ruleEditor } from "./rule.js";

const ALL = [
  ["listRule", "List", "Which records a caller finds in lists and searches."],
  ["viewRule", "View", "Which single records a caller may read, also through expand."],
  ["createRule", "Create", "Tested against the record as it would be. What was sent is @request.body.*"],
  ["updateRule", "Update", "Tested against the record as it is. What was sent is @request.body.*"],
  ["deleteRule", "Delete", "Tested against the record before it goes."],
];

const AUTH = [
  ["authRule", "Sign in", "Which records may get a token at all. Changing it ends all sessions.", true],
  ["manageRule", "Manage", "Who may change e-mail, password and verification of others. Never everyone.", false],
];

/** The panel; its `editors` take the server's errors. `added` shows what policies add to a rule. */
export function rulesPanel(draft, { changed, check, added }) {
  const rows = draft.type === "view" ? ALL.slice(0, 2) : ALL;
  const editor = ([key, label, hint, mayBePublic = true]) => ruleEditor({
    path: key, label, hint, mayBePublic, fixed: draft.system, check, schema: () => draft, below: added?.below(key),
    get: () => draft[key] ?? null, set: (value) => { draft[key] = value; changed(); },
  });
  const editors = rows.map(editor);
  const auth = draft.type === "auth" ? AUTH.map(editor) : [];
  const panel = (title, list) => h("section", { class: "panel" }, h("header", {}, h("h2", {}, title)), h("div", { class: "panel-body" }, list.map((item) => item.element)));
  const element = h("div", {},
    draft.system && h("p", { class: "note" }, "The rules of a system collection are fixed."),
    panel("Records", editors), auth.length > 0 && panel("Accounts", auth), words());
  return { element, editors: [...editors, ...auth] };
}

function words() {
  const rows = [
    ["@request.auth.id", "the id of the caller's record; empty for guests"],
    ["@request.body.title", "what was sent"],
    ["author.name", "a field of the record that a relation points to"],
    ["comments_via_post.id", "records that point here"],
    ["@collection.posts.id", "any record of another collection"],
    ["title ~ \"roof\"", "contains; !~ does not contain"],
    ["tags ?= \"a\"", "at least one of several values"],
    ["@now, @todayStart", "moments; there are more"],
  ];
  return h("details", { class: "more" }, h("summary", {}, "What a rule may say"),
    h("dl", { class: "facts" }, rows.flatMap(([code, text]) => [h("dt", {}, h("code", {}, code)), h("dd", {}, text)])));
}
