// What is done with the records besides keeping them: the log of their changes, and the cache.

import { h } from "../lib/dom.js";
import { numberInput, row, toggle } from "../lib/form.js";

/** How long an answer is kept unless somebody says otherwise, in seconds. */
export const USUAL_TTL = 60;

/** A day. */
export const LONGEST_TTL = 86_400;

/** The panels; what is as usual is not part of the definition. */
export function keepingPanel(draft, { changed }) {
  return h("div", {}, draft.type !== "view" && changes(draft, changed), cache(draft, changed));
}

function changes(draft, changed) {
  const was = draft.changeLog;
  const log = toggle({ key: "changeLog", label: "Log the changes of its records", checked: draft.changeLog !== false, onChange: (on) => {
    draft.changeLog = on ? (was === false ? true : was) : false;
    changed();
  } });
  return panel("Changes", "What happened to which record, for a while",
    log, h("p", { class: "hint" }, "Subscribers, also on other nodes, and clients that were away for a moment learn of changes from the log. Without it nobody is told about this collection, its answers cannot be kept, and its writes are a little cheaper."));
}

function cache(draft, changed) {
  const had = "cache" in draft;
  let ttl = draft.cache?.ttl ?? USUAL_TTL;
  const input = numberInput({ value: ttl, empty: null, min: 1, max: LONGEST_TTL, onInput: (value) => { ttl = value ?? USUAL_TTL; draft.cache = { ttl }; changed(); } });
  const seconds = row({ key: "cache.ttl", label: "Seconds", input, hint: "An answer is forgotten after this long, and at once when a record of it changes." });
  seconds.hidden = !draft.cache;
  const on = toggle({ key: "cache", label: "Keep the answers of lists and views", checked: Boolean(draft.cache), onChange: (value) => {
    if (value) draft.cache = { ttl }; else if (had) draft.cache = null; else delete draft.cache;
    seconds.hidden = !value;
    changed();
  } });
  return panel("Cache", "For what is read far more often than written", on, seconds);
}

const panel = (title, hint, ...body) => h("section", { class: "panel" },
  h("header", {}, h("h2", {}, title), h("span", { class: "hint wide-only" }, hint)), h("div", { class: "panel-body" }, body));
