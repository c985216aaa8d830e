// Which collections' answers are kept, and whether it helps.

import { $, fill, h, icon, s } from "../lib/dom.js";
import { get, patch, remove } from "../lib/api.js";
import { index } from "../lib/collections.js";
import { busy, confirm } from "../lib/dialog.js";
import { bytes, number, percent } from "../lib/format.js";
import { figures, listing } from "../lib/listing.js";
import { complain, say } from "../lib/notice.js";
import { repeat } from "../lib/repeat.js";
import { LONGEST_TTL, USUAL_TTL } from "../schema/keeping.js";

const SECONDS = 3;
const place = $("#cache");
const totals = figures();
const problem = h("p", { class: "note bad", role: "alert", hidden: true });
const off = h("p", { class: "note warn", hidden: true }, "The cache of this server is switched off in its configuration: nothing is kept, whatever is chosen here.");
const flushAll = h("button", { type: "button", class: "button", id: "flush-all", on: { click: flushEverything } }, icon("trash"), "Forget everything");
const own = index.filter((item) => !item.system);

const table = listing([
  { name: "Collection", cell: name, value: (row) => [row.name, row.datasource, row.hindrance] },
  { name: "Kept", cell: keeping, value: (row) => row.ttl ?? null },
  { name: "Hit rate", cell: rate, value: (row) => rateText(row) },
  { name: "Hits", cls: "end", cell: (row) => count(row, row.hits), value: (row) => row.hits },
  { name: "Misses", cls: "end", cell: (row) => count(row, row.misses), value: (row) => row.misses },
  { name: "Answers", cls: "end", cell: (row) => count(row, row.entries), value: (row) => row.entries },
  { name: "Size", cls: "end", cell: (row) => (row.ttl ? bytes(row.bytes) : nothing()), value: (row) => row.bytes },
  { name: "", cls: "end", cell: flush, value: (row) => Boolean(row.ttl) },
], { label: "Collections", empty: "There are no collections yet." });

const nothing = () => h("span", { class: "nothing" }, "—");
const count = (row, value) => (row.ttl ? h("span", { class: "number" }, number(value)) : nothing());
const rateText = ({ ttl, hitRate }) => (ttl && typeof hitRate === "number" ? percent(hitRate) : "");

function name({ name: text, datasource, hindrance }) {
  return [h("a", { href: `/_/collections/${text}/records` }, text), datasource && datasource !== "main" && h("span", { class: "tag after" }, datasource),
    hindrance && h("div", { class: "small stale" }, hindrance)].filter(Boolean);
}

/** The switch and for how long. */
function keeping(row) {
  const box = h("input", { type: "checkbox", role: "switch", checked: Boolean(row.ttl), "aria-label": `Keep answers of ${row.name}`, on: {
    change: () => set(row, box.checked ? { ttl: USUAL_TTL } : null, box) } });
  const seconds = h("input", { type: "number", min: 1, max: LONGEST_TTL, value: String(row.ttl ?? USUAL_TTL), "aria-label": `Seconds to keep answers of ${row.name}`, on: {
    change: () => { if (Number(seconds.value) >= 1) set(row, { ttl: Math.round(Number(seconds.value)) }, seconds); } } });
  return h("span", { class: "ttl" }, h("label", { class: "switch" }, box), row.ttl && [seconds, h("span", { class: "soft" }, "s")]);
}

function rate(row) {
  const text = rateText(row);
  if (!text) return nothing();
  const meter = s("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { width: String(row.hitRate * 100), height: "6" }));
  return [h("span", { class: "meter" }, meter), h("span", { class: "number" }, text)];
}

function flush(row) {
  if (!row.ttl) return "";
  const button = h("button", { type: "button", class: "quiet small", "aria-label": `Forget the answers of ${row.name}`, on: { click: () => busy(button, async () => {
    await remove(`/cache/${encodeURIComponent(row.key)}`);
    say(`The answers of ${row.name} are forgotten`);
    again();
  }, complain) } }, "Forget");
  return button;
}

async function set(row, cache, input) {
  input.disabled = true;
  try {
    await patch(`/collections/${encodeURIComponent(row.key)}`, { cache });
    say(cache ? `Answers of ${row.name} are kept for ${number(cache.ttl)} s` : `Answers of ${row.name} are not kept any more`);
  } catch (error) {
    complain(error.fields?.cache?.ttl ?? error);
    if (input.type === "checkbox") input.checked = Boolean(row.ttl); else input.value = String(row.ttl);
  } finally {
    input.disabled = false;
    again();
  }
}

async function flushEverything() {
  const sure = await confirm({ title: "Forget everything?", text: "This server forgets at once; the other servers too, if Redis is between them. The next reads ask the database. No record is touched.", yes: "Forget" });
  if (!sure) return;
  await remove("/cache").then(() => say("Everything is forgotten"), complain);
  again();
}

function show(answer) {
  problem.hidden = true;
  const kept = new Map(answer.collections.map((item) => [item.id, item]));
  const rows = own.map((item) => ({ ...item, ...kept.get(item.id), key: item.id }));
  rows.sort((a, b) => Boolean(b.ttl) - Boolean(a.ttl));
  table.show(rows);
  totals.show([["Collections kept", number(kept.size), `of ${number(own.length)}`], ["Hit rate", typeof answer.hitRate === "number" ? percent(answer.hitRate) : "—", `${number(answer.hits + answer.misses)} reads`],
    ["Answers", number(answer.entries)], ["Size", bytes(answer.bytes), answer.limit ? `of ${bytes(answer.limit)}` : ""]]);
  off.hidden = answer.limit > 0;
  place.removeAttribute("aria-busy");
}

function fail(error) {
  fill(problem, error.message);
  problem.hidden = false;
}

fill(place, problem, off, totals.element, table.element, h("div", {}, flushAll));
const again = repeat(() => get("/cache"), { seconds: SECONDS, show, fail });
$("#reload").addEventListener("click", again);
