// The options of an auth collection: how its records sign in, and for how long.

import { fill, h, icon } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { numberInput, row, toggle } from "../lib/form.js";
import { ruleEditor } from "./rule.js";

const TOKENS = [
  ["authToken", "Session"], ["passwordResetToken", "Password reset"], ["emailChangeToken", "E-mail change"],
  ["verificationToken", "Verification"], ["fileToken", "File access"],
];

const MAILS = [
  ["verificationTemplate", "Verification"], ["resetPasswordTemplate", "Password reset"],
  ["confirmEmailChangeTemplate", "E-mail change"],
  ["otp.emailTemplate", "One-time password"], ["authAlert.emailTemplate", "New sign-in alert"],
];

/** The panels; `editors` are the rules among them. */
export function authPanels(draft, { changed, check }) {
  const mfaRule = ruleEditor({
    path: "mfa.rule", label: "For whom", hint: "Which records need two methods. Empty: all of them.", check, schema: () => draft,
    get: () => draft.mfa.rule ?? "", set: (value) => { draft.mfa.rule = value ?? ""; changed(); },
  });
  const password = passwordPanel(draft, changed);
  const element = h("div", {},
    password.element,
    method(draft, "otp", "One-time password", "A code is sent by e-mail.", changed, () => [
      h("div", { class: "pair" }, seconds(draft.otp, "duration", "otp.duration", "Valid for, in seconds", changed),
        row({ key: "otp.length", label: "Digits", input: numberInput({ value: draft.otp.length, empty: 0, min: 4, onInput: (value) => { draft.otp.length = value; changed(); } }) })),
    ]),
    method(draft, "mfa", "Two factors", "Two of the enabled methods, one after the other.", changed, () => [
      seconds(draft.mfa, "duration", "mfa.duration", "Time between the two, in seconds", changed), mfaRule.element,
    ]),
    draft.name !== "_superusers" && method(draft, "oauth2", "OAuth2", "Signing in with an account elsewhere.", changed, () => [oauthPanel(draft, changed)]),
    panel("Tokens", h("div", { class: "pair" }, TOKENS.map(([key, label]) => seconds(draft[key], "duration", `${key}.duration`, `${label}, seconds`, changed)))),
    panel("Mails", toggle({ key: "authAlert.enabled", label: "Send an alert on sign-in from a new place", checked: draft.authAlert?.enabled, onChange: (on) => { draft.authAlert.enabled = on; changed(); } }),
      MAILS.map(([path, label]) => mail(draft, path, label, changed))));
  return { element, editors: [mfaRule], draw: password.draw };
}

const panel = (title, ...body) => h("section", { class: "panel" }, h("header", {}, h("h2", {}, title)), h("div", { class: "panel-body" }, body));

function seconds(object, key, path, label, changed) {
  return row({ key: path, label, input: numberInput({ value: object?.[key], empty: 0, min: 10, onInput: (value) => { object[key] = value; changed(); } }) });
}

function passwordPanel(draft, changed) {
  const auth = draft.passwordAuth;
  const rest = h("div", { class: "row", dataset: { error: "passwordAuth.identityFields" } });

  /** The fields may have changed on their tab; errors at unchanged ones stay. */
  function drawIfChanged() {
    if (seen() !== drawn) draw();
  }

  const seen = () => JSON.stringify([auth.identityFields, draft.fields.map((field) => [field.name, field.type])]);
  let drawn = "";

  function draw() {
    drawn = seen();
    const candidates = draft.fields.filter((field) => ["text", "email", "number"].includes(field.type) && !["id", "tokenKey"].includes(field.name));
    fill(rest, h("span", { class: "label" }, "Sign in with"), h("div", { class: "toggles" }, candidates.map(choice)),
      h("p", { class: "hint" }, "Each of them needs a unique index of its own."));
    rest.hidden = !auth.enabled;
  }

  function choice({ name, type }) {
    const box = h("input", { type: "checkbox", checked: auth.identityFields.includes(name), on: { change: () => {
      auth.identityFields = box.checked ? [...auth.identityFields, name] : auth.identityFields.filter((other) => other !== name);
      drawn = seen();
      changed();
    } } });
    return h("label", { class: "switch plain" }, box, icon(type), h("span", {}, name));
  }

  draw();
  const element = panel("Password", toggle({ key: "passwordAuth.enabled", label: "Sign in with a password", checked: auth.enabled, disabled: draft.name === "_superusers", onChange: (on) => { auth.enabled = on; draw(); changed(); } }), rest);
  return { element, draw: drawIfChanged };
}

/** A panel with one switch and what matters once it is on. */
function method(draft, key, title, label, changed, content) {
  const rest = h("div", { class: "stack" });
  const show = () => { rest.hidden = !draft[key].enabled; };
  fill(rest, content());
  show();
  return panel(title, toggle({ key: `${key}.enabled`, label, checked: draft[key].enabled, onChange: (on) => { draft[key].enabled = on; show(); changed(); } }), rest);
}

function mail(draft, path, label, changed) {
  const template = path.split(".").reduce((part, key) => part?.[key], draft);
  if (!template) return null;
  const bind = (key) => ({ input: (event) => { template[key] = event.target.value; changed(); } });
  return h("details", { class: "more" }, h("summary", {}, label), h("div", { class: "stack" },
    row({ key: `${path}.subject`, label: "Subject", input: h("input", { value: template.subject ?? "", on: bind("subject") }) }),
    row({ key: `${path}.body`, label: "Body, as HTML", input: h("textarea", { class: "mono", rows: "7", spellcheck: "false", value: template.body ?? "", on: bind("body") }),
      hint: "{APP_NAME} {APP_URL} {TOKEN} {OTP} {ALERT_INFO} and {RECORD:field} are filled in." })));
}

function oauthPanel(draft, changed) {
  const list = h("div", { class: "stack" });
  const providers = draft.oauth2.providers ??= [];
  const names = h("datalist", { id: "oauth2-names" });
  get("/collections/meta/oauth2-providers").then((items) => fill(names, items.map((item) => h("option", { value: item.name }, item.displayName))), () => {});

  function draw() {
    fill(list, providers.map((provider, at) => {
      const input = (key, label, more = {}) => row({ key: `oauth2.providers.${at}.${key}`, label, input: h("input", { value: provider[key] ?? "", autocomplete: "off", ...more, on: { input: (event) => { provider[key] = event.target.value; changed(); } } }) });
      return h("div", { class: "note stack" },
        h("div", { class: "pair" }, input("name", "Provider", { list: "oauth2-names", placeholder: "google" }), input("displayName", "Shown as")),
        h("div", { class: "pair" }, input("clientId", "Client id"), input("clientSecret", "Client secret", { type: "password", placeholder: "Unchanged when empty", autocomplete: "new-password" })),
        h("div", {}, h("button", { type: "button", class: "quiet bad", on: { click: () => { providers.splice(at, 1); draw(); changed(); } } }, icon("trash"), "Remove")));
    }));
  }
  draw();
  return h("div", { class: "stack", dataset: { error: "oauth2.providers" } }, names, list,
    h("div", {}, h("button", { type: "button", class: "button", on: { click: () => { providers.push({ name: "", clientId: "" }); draw(); changed(); } } }, icon("plus"), "Add a provider")));
}
