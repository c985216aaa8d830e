// The query of a view, with a preview of what it gives.

import { calmly, fill, h } from "../lib/dom.js";
import { post } from "../lib/api.js";

/** The panel of the query. */
export function viewPanel(draft, { changed }) {
  const result = h("div", { "aria-live": "polite" });
  const input = h("textarea", { class: "mono", rows: "8", spellcheck: "false", "aria-label": "Query", value: draft.viewQuery ?? "",
    placeholder: "SELECT posts.id, posts.title, count(comments.id) AS comments\nFROM posts\nLEFT JOIN comments ON comments.post = posts.id\nGROUP BY posts.id", on: {
      input: () => { draft.viewQuery = input.value; changed(); previewSoon(); },
    } });
  let turn = 0;

  async function preview() {
    const mine = ++turn;
    if (!input.value.trim()) { fill(result); return; }
    try {
      const answer = await post("/collections/meta/dry-run-view", { query: input.value, datasource: draft.datasource });
      if (mine === turn) fill(result, outcome(answer));
    } catch (error) {
      if (mine === turn) fill(result, h("p", { class: "note bad prewrap" }, error.message.replace(/^[^:]*Raw error:\s*/i, "")));
    }
  }
  const previewSoon = calmly(preview, 600);
  preview();

  return h("section", { class: "panel" }, h("header", {}, h("h2", {}, "Query"), h("span", { class: "hint" }, "One SELECT with a unique id column")),
    h("div", { class: "panel-body" }, h("div", { class: "row", dataset: { error: "viewQuery" } }, input), result));
}

function outcome({ fields, sample }) {
  const names = fields.map((field) => field.name);
  const shown = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? ""));
  const table = h("table", { class: "grid" },
    h("thead", {}, h("tr", {}, fields.map((field) => h("th", {}, h("span", {}, field.name, " ", h("span", { class: "tag" }, field.type)))))),
    h("tbody", {}, sample.map((record) => h("tr", {}, names.map((name) => h("td", {}, shown(record[name])))))));
  return h("div", { class: "stack" }, h("div", { class: "scroll-x" }, table), sample.length === 0 && h("p", { class: "soft" }, "The query is right, and gives no rows at the moment."));
}
