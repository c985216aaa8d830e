// Which servers share the databases, and how they are joined.

import { $, fill, h } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { ago, date, moment, number } from "../lib/format.js";
import { figures, listing } from "../lib/listing.js";
import { repeat } from "../lib/repeat.js";

const SECONDS = 3;
/** Milliseconds a node may be behind before it is pointed out. */
const LATE = 2000;
const place = $("#nodes");
const totals = figures();
const problem = h("p", { class: "note bad", role: "alert", hidden: true });
const remark = h("p", { class: "note", hidden: true });

const time = (text) => { const at = date(text); return at ? h("time", { datetime: at.toISOString(), title: moment(at) }, ago(at)) : h("span", { class: "nothing" }, "—"); };
const rounded = (value) => number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

/** How far behind a node is with the log of changes; nothing, while nobody there wants to know. */
function lag({ lag: behind }) {
  if (behind === null || behind === undefined) return h("span", { class: "nothing" }, "—");
  return h("span", { class: behind > LATE ? "number stale" : "number" }, `${rounded(behind)} ms`);
}

const nodes = listing([
  { name: "Node", cell: (row) => [h("span", { class: "id" }, row.id), row.here && h("span", { class: "tag accent after" }, "answers you")].filter(Boolean), value: (row) => [row.id, row.here] },
  { name: "Address", cell: (row) => h("span", { class: "mono" }, row.address || "—"), value: (row) => row.address },
  { name: "Version", cell: (row) => [row.version, row.odd && h("span", { class: "tag warn after", title: "Another version than the node that answers you" }, "differs")].filter(Boolean), value: (row) => [row.version, row.odd] },
  { name: "Definitions", cell: (row) => [h("span", { class: "number" }, number(row.schema)), row.behind && h("span", { class: "tag warn after", title: "It has not read the newest definitions of collections yet" }, "behind")].filter(Boolean), value: (row) => [row.schema, row.behind] },
  { name: "Started", cell: (row) => time(row.started), value: (row) => time(row.started).textContent },
  { name: "Seen", cell: (row) => time(row.seen), value: (row) => time(row.seen).textContent },
  { name: "Clients", cls: "end", cell: (row) => h("span", { class: "number" }, number(row.clients)), value: (row) => row.clients },
  { name: "Behind", cls: "end", cell: lag, value: (row) => lag(row).textContent },
], { label: "Nodes", empty: "No node answers." });

/** What joins the nodes. */
function joined(redis) {
  if (!redis) return ["Redis", "none"];
  if (!redis.connected) return ["Redis", h("span", { class: "stale" }, "away")];
  return ["Redis", redis.latency === null ? "there" : rounded(redis.latency), redis.latency === null ? "" : "ms"];
}

/** What somebody should know who looks at this. */
function words(all, redis) {
  if (redis && !redis.connected) return `Redis at ${redis.url} does not answer. Nodes look for each other's changes in the database meanwhile, every half second; nothing is lost.`;
  if (!redis && all.length > 1) return "There is no Redis between these nodes: each looks for the others' changes every half second.";
  return "";
}

function show({ nodes: all, redis }) {
  problem.hidden = true;
  const version = all.find((node) => node.here)?.version;
  const newest = Math.max(...all.map((node) => node.schema));
  nodes.show(all.map((node) => ({ ...node, key: node.id, odd: node.version !== version, behind: node.schema < newest })));
  const behind = all.map((node) => node.lag).filter((value) => value !== null && value !== undefined);
  totals.show([["Nodes", number(all.length)], ["Clients", number(all.reduce((sum, node) => sum + node.clients, 0)), "of realtime"],
    behind.length ? ["Furthest behind", rounded(Math.max(...behind)), "ms"] : ["Furthest behind", "—"], joined(redis)]);
  const text = words(all, redis);
  remark.hidden = !text;
  remark.className = redis && !redis.connected ? "note warn" : "note";
  if (remark.textContent !== text) fill(remark, text);
  place.removeAttribute("aria-busy");
}

function fail(error) {
  fill(problem, error.message);
  problem.hidden = false;
}

fill(place, problem, totals.element, remark, nodes.element);
const again = repeat(() => get("/nodes"), { seconds: SECONDS, show, fail });
$("#reload").addEventListener("click", again);
