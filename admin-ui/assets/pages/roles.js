// Roles and their members. The role that is shown is in the address.

import { $, calmly, fill, h, icon } from "../lib/dom.js";
import { openDialog } from "../lib/dialog.js";
import { row, showErrors } from "../lib/form.js";
import { complain } from "../lib/notice.js";
import { rolePanels } from "../authz/members.js";
import { forgetRoleNames, rolesNamed } from "../authz/roles.js";

/** How many names are drawn; others are found by their letters. */
const SHOWN = 200;
const list = $("#role-list");
const place = $("#role");
const search = $("#role-search");
let turn = 0;

const chosen = () => new URLSearchParams(location.search).get("role") ?? "";
const address = (name) => `/_/authorization/roles?role=${encodeURIComponent(name)}`;

async function loadNames() {
  const mine = ++turn;
  try {
    const { names, isCut } = await rolesNamed(search.value.trim());
    if (mine !== turn) return;
    const here = chosen();
    const wanted = search.value.trim();
    const all = here && !wanted && !names.includes(here) ? [here, ...names] : names;
    fill(list, h("ul", {}, all.slice(0, SHOWN).map((name) => h("li", {}, h("a", { href: address(name), "aria-current": name === here ? "page" : null, on: { click: (event) => open(event, name) } }, icon("key"), h("span", {}, name))))),
      all.length === 0 && h("p", { class: "soft" }, wanted ? "No role has these letters." : "No line names a role yet."),
      (isCut || all.length > SHOWN) && h("p", { class: "hint" }, "There are more: find them by their letters."));
    if (!here && names.length && !wanted) show(names[0], true);
  } catch (error) {
    if (mine === turn) fill(list, h("p", { class: "note bad", role: "alert" }, error.message));
  }
}

function open(event, name) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(name);
}

function show(name, isFirst = false) {
  history[isFirst ? "replaceState" : "pushState"](null, "", address(name));
  draw();
}

function draw() {
  const name = chosen();
  for (const link of list.querySelectorAll("a")) {
    if (link.textContent === name) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  fill(place, name ? rolePanels(name, { onChange: changed }) : h("div", { class: "empty" }, h("h2", {}, "No role is chosen"),
    h("p", {}, "A role exists by being named: as the subject of a policy, or by having a member.")));
}

function changed() {
  forgetRoleNames();
  loadNames();
}

/** A role needs no more than its name; it is there once it has a member or a policy. */
function newRole() {
  const input = h("input", { placeholder: "editor", autocomplete: "off", spellcheck: "false", autofocus: true });
  const form = h("form", { class: "stack", id: "new-role-form", novalidate: true, on: { submit: (event) => {
    event.preventDefault();
    const name = input.value.trim().replace(/^role:/, "");
    const message = !name ? "Cannot be blank." : /[\s,"/*]/.test(name) ? 'No blanks and none of , " / *' : null;
    if (message) { showErrors(form, { name: { message } }); return; }
    dialog.close();
    search.value = "";
    show(name);
    loadNames();
  } } }, row({ key: "name", label: "Name", input, hint: "The role is there once it has a member or a policy names it." }));
  const dialog = openDialog({ title: "New role", body: [form], foot: [
    h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel"), h("button", { class: "button primary", form: form.id }, "Go on")] });
}

search.addEventListener("input", calmly(loadNames));
$("#new-role").addEventListener("click", newRole);
addEventListener("popstate", draw);
draw();
loadNames().catch(complain);
