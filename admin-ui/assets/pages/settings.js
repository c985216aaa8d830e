// The settings that this server has.

import { $, $$, fill, h } from "../lib/dom.js";
import { get, patch } from "../lib/api.js";
import { datasources } from "../lib/datasources.js";
import { busy } from "../lib/dialog.js";
import { may } from "../lib/may.js";
import { clearErrors, listInput, numberInput, row, showErrors, toggle } from "../lib/form.js";
import { say } from "../lib/notice.js";

const place = $("#settings");
// Whoever may only read finds no button.
const button = $("#save") ?? h("button", { disabled: true });
let settings;
let before = "";

const isChanged = () => JSON.stringify(settings) !== before;
function changed() { button.disabled = !isChanged(); }

function draw() {
  fill(place, h("p", { class: "note bad", id: "problem", role: "alert", hidden: true }), application(), logs(), batch(), proxy(), superusers(), may.datasources?.read && databases());
  if (!may.settings?.write) for (const input of $$("input, select, textarea, button", place)) input.disabled = true;
  place.removeAttribute("aria-busy");
  if (location.hash) $(location.hash)?.scrollIntoView();
}

function panel(id, title, hint, ...body) {
  return h("section", { class: "panel", id }, h("header", {}, h("h2", {}, title), hint && h("span", { class: "hint" }, hint)), h("div", { class: "panel-body" }, body));
}

const text = (part, key, label, more = {}) => row({ key: `${part}.${key}`, label, hint: more.hint, input: h("input", {
  type: more.type, value: settings[part]?.[key] ?? "", on: { input: (event) => { settings[part][key] = event.target.value; changed(); } } }) });

const number = (part, key, label, hint) => row({ key: `${part}.${key}`, label, hint, input: numberInput({
  value: settings[part]?.[key], empty: null, min: 0, onInput: (value) => { settings[part][key] = value ?? 0; changed(); } }) });

const flag = (part, key, label) => toggle({ key: `${part}.${key}`, label, checked: settings[part]?.[key],
  onChange: (on) => { settings[part][key] = on; changed(); } });

function application() {
  return panel("application", "Application", null,
    h("div", { class: "pair" }, text("meta", "appName", "Name"), text("meta", "appURL", "Address", { type: "url", hint: "Used in links of mails" })),
    h("div", { class: "pair" }, text("meta", "senderName", "Sender of mails"), text("meta", "senderAddress", "Sender's address", { type: "email" })));
}

function logs() {
  const level = h("select", { on: { change: () => { settings.logs.minLevel = Number(level.value); changed(); } } },
    [[-4, "Everything, also debug"], [0, "All requests"], [4, "Warnings and errors"], [8, "Errors only"]].map(([value, label]) => h("option", { value, selected: settings.logs.minLevel === value }, label)));
  return panel("logs", "Logs", null,
    h("div", { class: "pair" }, number("logs", "maxDays", "Days to keep", "0 turns logging off"), row({ key: "logs.minLevel", label: "What is logged", input: level })),
    h("div", { class: "toggles" }, flag("logs", "logIP", "Log the caller's address"), flag("logs", "logAuthId", "Log the caller's record id")));
}

function batch() {
  const rest = h("div", { class: "pair" }, number("batch", "maxRequests", "Requests per batch"), number("batch", "timeout", "Seconds per batch"), number("batch", "maxBodySize", "Most bytes", "0 means 128 MiB"));
  const show = () => { rest.hidden = !settings.batch.enabled; };
  const on = toggle({ key: "batch.enabled", label: "Take several writes in one request, all or nothing", checked: settings.batch.enabled, onChange: (value) => { settings.batch.enabled = value; show(); changed(); } });
  show();
  return panel("batch", "Batch requests", "POST /api/batch", on, rest);
}

function proxy() {
  return panel("proxy", "Trusted proxy", "Where the caller's address comes from",
    row({ key: "trustedProxy.headers", label: "Headers", hint: "Empty: the address of the connection. Only name headers that your proxy always sets.", input: listInput({ value: settings.trustedProxy.headers, placeholder: "X-Forwarded-For", onInput: (value) => { settings.trustedProxy.headers = value; changed(); } }) }),
    flag("trustedProxy", "useLeftmostIP", "Take the first address of a list, not the last"));
}

function superusers() {
  return panel("superusers", "Superusers", null,
    h("p", {}, "They are records of ", h("a", { href: "/_/collections/_superusers/records" }, "_superusers"), "."),
    row({ key: "superuserIPs", label: "Only from these addresses", hint: "Addresses or ranges. Empty: from everywhere. Your own must be among them.", input: listInput({ value: settings.superuserIPs, placeholder: "10.0.0.0/8, 127.0.0.1", onInput: (value) => { settings.superuserIPs = value; changed(); } }) }));
}

/** What there is and whether it answers; configured in a file, so only shown. */
function databases() {
  const list = h("div", { class: "stack", "aria-live": "polite" }, h("p", { class: "soft" }, "Asking the databases …"));
  const shown = (all) => fill(list, all.map(database));
  datasources().then(shown, (error) => fill(list, h("p", { class: "note bad" }, error.message)));
  const adopt = may.datasources?.write && h("div", {}, h("a", { class: "button", href: "/_/adopt" }, "Adopt tables that are in them"));
  return panel("datasources", "Datasources", "From the server's configuration", list, adopt);
}

function database(it) {
  const can = [
    it.transactions ? "batches and cascades" : `no batches and cascades: ${it.transactionsRefused}`,
    it.sqlViews ? "views by SQL" : "views by aggregation pipelines",
    it.shared ? "several servers at once" : "this server only",
  ];
  return h("div", { class: "datasource", dataset: { name: it.name } },
    h("header", {}, h("b", {}, it.name), h("span", { class: `tag ${it.reachable ? "accent" : "bad"}` }, it.reachable ? "reachable" : "away")),
    h("dl", { class: "facts" }, h("dt", {}, "Database"), h("dd", {}, it.version || it.engine), h("dt", {}, "Does"), h("dd", {}, can.join(" · "))));
}

async function save() {
  if (button.disabled || !button.isConnected) return;
  clearErrors(place);
  $("#problem").hidden = true;
  await busy(button, async () => {
    settings = await patch("/settings", settings);
    before = JSON.stringify(settings);
    draw();
    say("Settings saved");
    $(".brand span").textContent = settings.meta.appName;
  }, (error) => {
    const homeless = showErrors(place, error.fields);
    fill($("#problem"), [error.message, ...homeless].join(" "));
    $("#problem").hidden = false;
    place.scrollTop = 0;
  });
  changed();
}

button.addEventListener("click", save);
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); save(); }
});
addEventListener("beforeunload", (event) => { if (settings && isChanged()) event.preventDefault(); });

try {
  settings = await get("/settings");
  before = JSON.stringify(settings);
  draw();
} catch (error) {
  fill(place, h("p", { class: "note bad" }, error.message));
}
