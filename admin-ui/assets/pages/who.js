// Who can do something with one record: the explanation's decision for everybody whom lines name.

import { $, fill, h } from "../lib/dom.js";
import { index } from "../lib/collections.js";
import { row } from "../lib/form.js";
import { plural } from "../lib/format.js";
import { answerRow, answersTable } from "../authz/answers.js";
import { decisionMark, explain } from "../authz/explain.js";
import { ACTIONS, explainAddress } from "../authz/lines.js";
import { namesOf, recordChoice, subjectLabel } from "../authz/subject.js";
import { askAll, candidates } from "../authz/who.js";

const place = $("#who");
const asked = new URLSearchParams(location.search);
const own = index.filter((item) => !item.system);
const state = { collection: asked.get("collection") ?? own[0]?.name ?? "users", record: asked.get("record") ?? "", action: ACTIONS.includes(asked.get("action")) ? asked.get("action") : "view" };
const recordPlace = h("div", {});
const answer = h("div", { id: "answer" });
let turn = 0;

function go(changes) {
  Object.assign(state, changes);
  history.replaceState(null, "", `?${new URLSearchParams(Object.entries(state).filter(([, value]) => value))}`);
  drawRecord();
  load();
}

function drawRecord() {
  fill(recordPlace, row({ key: "record", label: "Record", input: recordChoice({ collection: state.collection, id: state.record, words: "Choose a record", label: "Record", onPick: (id) => { if (id !== state.record) go({ record: id }); } }) }));
}

async function load() {
  const mine = ++turn;
  if (!state.record) { fill(answer, h("p", { class: "note" }, "Choose a record to see who can reach it.")); return; }
  fill(answer, h("p", { class: "soft", role: "status" }, "Asking about everybody whom lines name …"));
  try {
    const { subjects, limits } = await candidates(state.collection, state.action);
    const names = await namesOf(subjects);
    if (mine !== turn) return;
    const list = draw(subjects, limits, names);
    await askAll(subjects, async (subject, at) => {
      if (mine !== turn) return;
      const result = await explain({ subject, ...state }).catch((error) => ({ error }));
      if (mine === turn) list.set(at, result);
    });
    if (mine === turn) list.done();
  } catch (error) {
    if (mine === turn) fill(answer, h("p", { class: "note bad", role: "alert" }, error.message));
  }
}

/** The list, with a place for each answer, so nothing jumps when they come. */
function draw(subjects, limits, names) {
  const count = { allow: 0, deny: 0, conditional: 0, error: 0 };
  const rows = subjects.map((subject) => answerRow(subjectLabel(subject, names), [h("span", { class: "bone" }), null, h("a", { href: explainAddress({ subject, ...state }) }, "Why?")], { subject }));
  const status = h("p", { role: "status", class: "soft" }, `Asking about ${subjects.length} …`);
  fill(answer, h("section", { class: "panel" }, h("header", {}, h("h2", {}, `Who can ${state.action} it?`)), h("div", { class: "panel-body" },
    status, h("ul", { class: "remarks" }, h("li", {}, "Superusers can do everything, and are not listed."), limits.map((limit) => h("li", {}, limit)),
      h("li", {}, "For anybody else, ", h("a", { href: explainAddress({ ...state }) }, "ask why"), ".")),
    answersTable(["Who", "Decision", "Reason", ""], rows))));
  return {
    set(at, result) {
      const [, verdict, reason] = rows[at].children;
      count[result.error ? "error" : result.decision] += 1;
      fill(verdict, result.error ? h("span", { class: "decision" }, "Not known") : decisionMark(result.decision));
      fill(reason, result.error?.message ?? result.reason);
    },
    done() {
      const more = count.conditional ? ` For ${count.conditional} it depends.` : "";
      const failed = count.error ? ` About ${count.error} there was no answer.` : "";
      fill(status, `${count.allow} of ${plural(subjects.length, "caller")} can.${more}${failed}`);
    },
  };
}

const option = ({ name }) => h("option", { value: name, selected: name === state.collection }, name);
fill(place, h("section", { class: "panel" }, h("div", { class: "panel-body" }, h("div", { class: "pair" },
  row({ key: "collection", label: "Collection", input: h("select", { on: { change: (event) => go({ collection: event.target.value, record: "" }) } },
    h("optgroup", { label: "Collections" }, own.map(option)), h("optgroup", { label: "System collections" }, index.filter((item) => item.system).map(option))) }),
  row({ key: "action", label: "Action", input: h("select", { on: { change: (event) => go({ action: event.target.value }) } }, ACTIONS.filter((action) => action !== "create").map((action) => h("option", { value: action, selected: action === state.action }, action))) })),
recordPlace)), answer);
place.removeAttribute("aria-busy");
drawRecord();
load();
