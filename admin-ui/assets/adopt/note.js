// What the page of an adopted collection says of its table.

import { fill, h, icon } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { placeOf } from "../lib/datasources.js";
import { driftReport } from "./drift.js";

/** A line about the table, and how it differs from the collection, once that is known. */
export function adoptedNote(draft) {
  const report = h("div", { "aria-live": "polite" });
  look(draft, report);
  return h("section", { class: "stack", id: "adopted-note" },
    h("p", { class: "locked" }, icon("lock"), h("span", {}, "The table ", h("code", {}, draft.adopted), ` of ${placeOf(draft)} is served as it is. Columns cannot be added, removed or given another type here; names, rules and what is shown are free.`)), report);
}

async function look(draft, report) {
  try {
    const { tables } = await get(`/datasources/${encodeURIComponent(placeOf(draft))}/tables`);
    const found = tables.find((it) => it.table === draft.adopted);
    const link = h("a", { class: "button", href: `/_/adopt#${encodeURIComponent(placeOf(draft))}` }, "See the table");
    fill(report, driftReport(found?.drift, h("div", {}, link)));
  } catch (error) {
    fill(report, h("p", { class: "note bad" }, error.message));
  }
}
