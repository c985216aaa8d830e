// The collections, each with what can be said about it in a line.

import { $, $$, h } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { placeOf } from "../lib/datasources.js";
import { plural } from "../lib/format.js";

const cards = $$("#cards .card");

// Without these lines the page is still whole, so a failure is not worth a word.
if (cards.length) describe().catch(() => {});

async function describe() {
  const { items } = await get("/collections", { perPage: 1000, skipTotal: 1, fields: "name,type,fields.name,indexes,listRule,datasource" });
  const byName = new Map(items.map((item) => [item.name, item]));
  for (const card of cards) {
    const item = byName.get(card.dataset.name);
    if (!item) continue;
    $("[data-facts]", card).textContent = facts(item);
    if (placeOf(item) !== "main") $("header", card).append(h("span", { class: "tag", title: "Datasource" }, placeOf(item)));
  }
}

function facts(item) {
  const parts = [plural(item.fields.length, "field")];
  // In outline there is no more to say.
  if (!item.indexes) return parts[0];
  if (item.indexes.length) parts.push(item.indexes.length === 1 ? "1 index" : `${item.indexes.length} indexes`);
  parts.push({ null: "only superusers list", "": "everyone may list" }[item.listRule] ?? "listed by rule");
  return parts.join(" · ");
}
