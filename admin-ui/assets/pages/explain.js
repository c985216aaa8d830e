// Why may somebody do something, or not? The question is in the address, so an answer can be shared.

import { $, fill, h } from "../lib/dom.js";
import { index } from "../lib/collections.js";
import { busy } from "../lib/dialog.js";
import { clearErrors, row, showErrors } from "../lib/form.js";
import { explain, explanationOf } from "../authz/explain.js";
import { ACTIONS } from "../authz/lines.js";
import { namesOf, recordChoice, signers, subjectInput } from "../authz/subject.js";

const place = $("#explain");
const asked = new URLSearchParams(location.search);
const own = index.filter((item) => !item.system);
const wish = {
  subject: asked.get("subject") ?? "@guest", collection: asked.get("collection") ?? own[0]?.name ?? "users",
  action: ACTIONS.includes(asked.get("action")) ? asked.get("action") : "view", record: asked.get("record") ?? "",
};
const texts = { data: asked.get("data") ?? "", query: asked.get("query") ?? "", headers: asked.get("headers") ?? "" };
const answerPlace = h("div", { id: "answer", "aria-live": "polite" });
const problem = h("p", { class: "note bad", role: "alert", hidden: true });
const recordPlace = h("div", {});
const dataPlace = h("div", { hidden: true });
let turn = 0;

const who = subjectInput({ value: wish.subject, kinds: ["guest", "record"], label: "As whom", collections: [...signers, "_superusers"], onInput: () => { wish.subject = who.read(); stale(); } });

/** An answer to another question than the one that stands there is not shown. */
function stale() { turn += 1; fill(answerPlace); }

function collectionInput() {
  const option = ({ name }) => h("option", { value: name, selected: name === wish.collection }, name);
  return h("select", { id: "collection", on: { change: (event) => { wish.collection = event.target.value; wish.record = ""; stale(); drawRecord(); } } },
    !index.some((item) => item.name === wish.collection) && option({ name: wish.collection }),
    h("optgroup", { label: "Collections" }, own.map(option)), h("optgroup", { label: "System collections" }, index.filter((item) => item.system).map(option)));
}

function actionInput() {
  return h("select", { id: "action", on: { change: (event) => { wish.action = event.target.value; stale(); drawRecord(); } } },
    ACTIONS.map((action) => h("option", { value: action, selected: action === wish.action }, action)));
}

const json = (key, label, hint) => row({ key, label, hint, input: h("textarea", { class: "mono", rows: "3", spellcheck: "false", value: texts[key], placeholder: "{}", on: { input: (event) => { texts[key] = event.target.value; stale(); } } }) });

/** Which record, and what is sent: as the action needs them. */
function drawRecord() {
  const isNew = wish.action === "create";
  const writes = isNew || ["update", "manage"].includes(wish.action);
  if (isNew) wish.record = "";
  fill(recordPlace, !isNew && row({ key: "record", label: "Record", hint: "Without one, the answer says what depends on the record.",
    input: recordChoice({ collection: wish.collection, id: wish.record, words: "Any record", label: "Record", mayBeNone: true, onPick: (id) => { wish.record = id; stale(); } }) }));
  recordPlace.hidden = isNew;
  dataPlace.hidden = !writes;
  fill(dataPlace, writes && json("data", isNew ? "The new record, as JSON" : "What is changed, as JSON", "What is sent: @request.body.* in rules."));
}

/** The texts as JSON; what is none is said at its input, and nothing is asked. */
function parts() {
  const given = {};
  const wrong = {};
  for (const [key, text] of Object.entries(texts)) {
    if (!text.trim() || (key === "data" && dataPlace.hidden)) continue;
    try { given[key] = JSON.parse(text); } catch (error) { wrong[key] = { code: "json", message: `This is not JSON: ${error.message}` }; }
  }
  if (!Object.keys(wrong).length) return given;
  showErrors(form, wrong);
  return null;
}

async function ask() {
  clearErrors(form);
  problem.hidden = true;
  const given = parts();
  if (!given) return;
  const mine = ++turn;
  const { subject, ...rest } = wish;
  history.replaceState(null, "", `?${new URLSearchParams(Object.entries({ ...wish, ...texts }).filter(([, value]) => value))}`);
  fill(answerPlace);
  await busy(button, async () => {
    const answer = await explain({ subject, ...rest, ...given });
    const names = await namesOf([subject, ...answer.lines.flatMap((line) => [line.subject, ...(line.via ?? [])])]);
    if (mine === turn) fill(answerPlace, explanationOf(answer, { collection: wish.collection, names, hasRecord: Boolean(wish.record) }));
  }, (error) => {
    const homeless = showErrors(form, error.fields);
    const isPlaced = Object.keys(error.fields).length > 0 && homeless.length === 0;
    fill(problem, [isPlaced ? "" : error.message, ...homeless].filter(Boolean).join(" "));
    problem.hidden = isPlaced;
  });
}

const button = h("button", { class: "button primary", id: "ask" }, "Explain");
const form = h("form", { class: "panel", novalidate: true, on: { submit: (event) => { event.preventDefault(); ask(); } } }, h("div", { class: "panel-body" },
  problem, row({ key: "auth", label: "As whom", input: who.element }),
  h("div", { class: "pair" }, row({ key: "collection", label: "Collection", input: collectionInput() }), row({ key: "action", label: "Action", input: actionInput() })),
  recordPlace, dataPlace,
  h("details", { class: "more", open: Boolean(texts.query || texts.headers) }, h("summary", {}, "More of the request"), h("div", { class: "pair" },
    json("query", "Query, as JSON", "@request.query.*"), json("headers", "Headers, as JSON", "@request.headers.*"))),
  h("div", {}, button)));

drawRecord();
fill(place, form, answerPlace);
place.removeAttribute("aria-busy");
if (asked.has("subject") || asked.has("record")) ask();
