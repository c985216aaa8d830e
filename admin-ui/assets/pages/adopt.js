// Tables that are in a database already: what each could be, and serving the ones that are chosen.

import { $, fill, h } from "../lib/dom.js";
import { get, post } from "../lib/api.js";
import { datasources } from "../lib/datasources.js";
import { busy } from "../lib/dialog.js";
import { row } from "../lib/form.js";
import { plural } from "../lib/format.js";
import { sayNext } from "../lib/notice.js";
import { tableCard } from "../adopt/card.js";

const place = $("#adopting");
const button = $("#adopt");
const chosen = new Set();
const list = h("div", { id: "tables", "aria-live": "polite" });
const problem = h("p", { class: "note bad prewrap", id: "problem", role: "alert", hidden: true });
const path = (name) => `/datasources/${encodeURIComponent(name)}/tables`;
let source;

function changed() {
  button.disabled = chosen.size === 0;
  fill(button, chosen.size ? `Adopt ${plural(chosen.size, "table")}` : "Adopt");
}

function pick(table, on) {
  if (on) chosen.add(table); else chosen.delete(table);
  changed();
}

/** Drifted tables first, then those that can be adopted, those that are, and those that cannot be. */
const rank = (it) => (it.drift.some((drift) => drift.stops) ? 0 : it.served ? 2 : it.collection ? 1 : 3);

async function show(name) {
  source = name;
  chosen.clear();
  changed();
  history.replaceState(null, "", `#${encodeURIComponent(name)}`);
  fill(list, h("p", { class: "soft" }, "Looking at the tables …"));
  try {
    const { tables } = await get(path(name));
    if (source !== name) return;
    draw(tables);
  } catch (error) {
    if (source === name) fill(list, h("p", { class: "note bad" }, error.message));
  }
}

function draw(tables) {
  const byId = new Map(tables.filter((it) => it.collection).map((it) => [it.collection.id, it.collection.name]));
  const cards = [...tables].sort((a, b) => rank(a) - rank(b)).map((it) => tableCard(it, { byId, pick, again: (table, at) => adopt([table], at) }));
  const fresh = tables.filter((it) => it.collection && !it.served);
  const all = h("button", { type: "button", class: "quiet", id: "all", on: { click: () => {
    const boxes = list.querySelectorAll("input[type=checkbox]:not(:disabled)");
    const on = [...boxes].some((box) => !box.checked);
    for (const box of boxes) { box.checked = on; pick(box.value, on); }
  } } }, "All or none");
  fill(list, tables.length === 0 && h("div", { class: "empty" }, h("h2", {}, "No tables"), h("p", {}, "There is nothing here but what Purlin made itself.")),
    fresh.length > 1 && h("p", { class: "list-head" }, h("span", { class: "soft" }, `${plural(fresh.length, "table")} can be adopted`), all), cards);
}

async function adopt(tables, at = button) {
  problem.hidden = true;
  await busy(at, async () => {
    const { collections } = await post(path(source), { tables });
    sayNext(collections.length === 1 ? `${collections[0].name} is served` : `${plural(collections.length, "table")} are served`);
    location.reload();
  }, (error) => {
    fill(problem, error.message);
    problem.hidden = false;
    problem.scrollIntoView({ block: "nearest" });
  });
}

button.addEventListener("click", () => adopt([...chosen]));

try {
  const places = await datasources();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const first = places.some(({ name }) => name === wanted) ? wanted : places.at(places.length > 1 ? 1 : 0).name;
  const select = h("select", { id: "datasource", on: { change: () => show(select.value) } },
    places.map(({ name, version, engine }) => h("option", { value: name, selected: name === first }, `${name} · ${version || engine}`)));
  fill(place, problem, h("section", { class: "panel" }, h("div", { class: "panel-body" },
    h("p", {}, "A table that is adopted is served as a collection and stays as it is: its columns, types, keys and nulls. Purlin never changes its shape."),
    row({ key: "datasource", label: "Datasource", input: select, hint: places.length === 1 ? "Others are named in the server's configuration, as [datasources.NAME]." : null }))), list);
  place.removeAttribute("aria-busy");
  await show(first);
} catch (error) {
  fill(place, h("p", { class: "note bad" }, error.message));
}
