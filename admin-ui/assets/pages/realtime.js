// Who is connected, and what is told to whom.

import { $, fill, h } from "../lib/dom.js";
import { get, literal } from "../lib/api.js";
import { ago, date, moment, number } from "../lib/format.js";
import { figures, listing } from "../lib/listing.js";
import { repeat } from "../lib/repeat.js";

const SECONDS = 2;
const place = $("#realtime");
const totals = figures();
const problem = h("p", { class: "note bad", role: "alert", hidden: true });
/** Per client: how much it had been told when it was last looked at, and how much a second since. */
let before = new Map();

const since = (row) => { const at = date(row.since); return at ? h("time", { datetime: at.toISOString(), title: moment(at) }, ago(at)) : row.since; };

const clients = listing([
  { name: "Client", cell: (row) => h("span", { class: "id", title: "The beginning of its id" }, `${row.id}…`), value: (row) => row.id },
  { name: "Who", cell: caller, value: (row) => row.caller },
  { name: "From", cell: (row) => h("span", { class: "mono" }, row.ip || "—"), value: (row) => row.ip },
  { name: "Listens to", cell: (row) => h("div", { class: "topics" }, row.subscriptions.length ? row.subscriptions.map(topic) : h("span", { class: "nothing" }, "nothing yet")), value: (row) => row.subscriptions },
  { name: "Since", cell: since, value: (row) => since(row).textContent },
  { name: "Told", cls: "end", cell: (row) => [h("span", { class: "number" }, number(row.delivered)), row.rate > 0 && h("span", { class: "soft small number" }, ` ${rateText(row.rate)}/s`)].filter(Boolean), value: (row) => [row.delivered, rateText(row.rate)] },
  { name: "Waiting", cls: "end", cell: (row) => h("span", { class: row.waiting ? "number stale" : "number soft" }, number(row.waiting)), value: (row) => row.waiting },
], { label: "Connected clients", empty: "Nobody is connected. Clients are, while they subscribe to changes." });

const rateText = (rate) => number(Math.round(rate * 10) / 10);

function caller({ caller: who }) {
  if (!who) return h("span", { class: "soft" }, "a guest");
  const query = new URLSearchParams({ filter: `id = ${literal(who.id)}` });
  return [h("a", { href: `/_/collections/${who.collectionName}/records?${query}` }, who.collectionName), h("span", { class: "id" }, ` ${who.id}`)];
}

/** A topic; what stands behind it is told when it is pointed at. */
function topic(text) {
  const [name, options] = text.split("?options=");
  if (!options) return h("code", {}, name);
  let told = options;
  let filter = "";
  try {
    const { query = {}, headers = {} } = JSON.parse(decodeURIComponent(options.replaceAll("+", " ")));
    filter = query.filter ?? "";
    told = Object.entries({ ...query, ...headers }).map(([key, value]) => `${key}: ${value}`).join("\n");
  } catch { /* shown as it is */ }
  return h("code", { title: told }, name, h("span", { class: "soft" }, filter ? ` where ${filter}` : " with options"));
}

function show(answer) {
  problem.hidden = true;
  const now = performance.now();
  const known = before;
  before = new Map();
  const rows = answer.clients.map((client) => {
    const last = known.get(client.id);
    before.set(client.id, { at: now, delivered: client.delivered });
    return { ...client, key: client.id, rate: last ? (client.delivered - last.delivered) * 1000 / (now - last.at) : 0 };
  });
  const { clients: count, subscriptions, groups, delivered, deliveredPerSecond } = answer.totals;
  totals.show([["Clients", number(count)], ["Subscriptions", number(subscriptions), groups === undefined ? "" : `in ${number(groups)} groups`],
    ["Messages", number(delivered), "in all"], ["Now", number(deliveredPerSecond), "a second"]]);
  clients.show(rows);
  place.removeAttribute("aria-busy");
}

function fail(error) {
  fill(problem, error.message);
  problem.hidden = false;
}

fill(place, problem, totals.element, clients.element);
const again = repeat(() => get("/realtime/clients"), { seconds: SECONDS, show, fail });
$("#reload").addEventListener("click", again);
