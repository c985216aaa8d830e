// How a table differs from the collection that serves it.

import { h, icon } from "../lib/dom.js";

/** The differences as a list; those that stop the collection come first. Nothing for none. */
export function driftReport(drift, ...more) {
  if (!drift?.length) return null;
  const stops = drift.some((it) => it.stops);
  const items = [...drift].sort((a, b) => b.stops - a.stops).map((it) => h("li", { class: it.stops ? "destructive" : "" },
    icon(it.stops ? "warn" : "check"), h("span", {}, it.text)));
  return h("div", { class: "drift stack" },
    h("p", { class: stops ? "note bad" : "note" }, stops ? "The table changed, and answers would be wrong: the collection is not served until the table is changed back or adopted again." : "The table changed a little. The collection is served as before."),
    h("ul", { class: "changes" }, items), more);
}
