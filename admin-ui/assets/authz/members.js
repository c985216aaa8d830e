// One role: who is in it, directly and through other roles, and the input that adds members.

import { fill, h, icon } from "../lib/dom.js";
import { post, recordsPath, remove } from "../lib/api.js";
import { busy, confirm } from "../lib/dialog.js";
import { clearErrors, row, showErrors } from "../lib/form.js";
import { number, plural } from "../lib/format.js";
import { complain, say } from "../lib/notice.js";
import { answerRow, answersTable } from "./answers.js";
import { way } from "./explain.js";
import { ROLES, matrixAddress } from "./lines.js";
import { inheritance, membersOf, roleNames, waysTo } from "./roles.js";
import { namesOf, parsed, subjectInput, subjectLabel, words } from "./subject.js";

const PER_PAGE = 50;

/** The panels of a role. `onChange` is called when a member came or went. */
export function rolePanels(name, { onChange }) {
  const role = `role:${name}`;
  const list = h("div", { class: "stack", tabindex: "-1" }, h("span", { class: "bone" }));
  const above = h("div", { class: "stack tight" });
  let page = 1;

  async function load() {
    try {
      const edges = await inheritance();
      const ways = waysTo(role, edges);
      const answer = await membersOf([...ways.keys()], { page, perPage: PER_PAGE });
      if (!answer.items.length && page > 1) { page -= 1; await load(); return; }
      const names = await namesOf(answer.items.map((it) => it.member));
      drawMembers(answer, ways, names);
      drawAbove(edges.filter((it) => it.member === role));
    } catch (error) {
      fill(list, h("p", { class: "note bad", role: "alert" }, error.message));
    }
  }

  function drawMembers({ items, totalItems, totalPages }, ways, names) {
    const rows = items.map((it) => memberRow(it, ways.get(it.role) ?? [it.role], names));
    const move = (step, label, sign, off) => h("button", { type: "button", class: "icon-button", "aria-label": label, disabled: off, on: { click: () => { page += step; load(); } } }, icon(sign));
    fill(list, totalItems === 0 ? h("p", { class: "soft" }, "Nobody has this role yet.") : [
      answersTable(["Member", "How", ""], rows, { id: "members" }),
      totalPages > 1 && h("div", { class: "list-head" }, h("span", { class: "soft" }, plural(totalItems, "line")), h("span", { class: "pager-moves" },
        move(-1, "Previous members", "left", page <= 1), `Page ${number(page)} of ${number(totalPages)}`, move(1, "Next members", "right", page >= totalPages)))]);
  }

  function memberRow(it, steps, names) {
    const isDirect = it.role === role;
    const label = words(it.member, names);
    const isRole = parsed(it.member).kind === "role";
    const who = subjectLabel(it.member, names);
    return answerRow(isRole ? h("a", { class: "plain", href: `/_/authorization/roles?role=${encodeURIComponent(it.member.slice(5))}` }, who) : who, [
      isDirect ? "direct" : h("span", { class: "inherited" }, "through ", way(steps, names)),
      isDirect ? h("button", { type: "button", class: "quiet bad", "aria-label": `Remove ${label} from ${name}`, on: { click: () => drop(it, label) } }, icon("trash"), "Remove")
        : h("a", { href: `/_/authorization/roles?role=${encodeURIComponent(it.role.slice(5))}` }, `In ${it.role.slice(5)}`),
    ], { member: it.member });
  }

  /** What the role gets from others: those it is a member of. */
  function drawAbove(lines) {
    fill(above, lines.length > 0 && h("p", {}, "It has what these roles have: ", lines.map(({ role: to }, at) => [at > 0 && ", ", h("a", { href: `/_/authorization/roles?role=${encodeURIComponent(to.slice(5))}` }, to.slice(5))]), "."),
      h("p", {}, h("a", { href: matrixAddress({ subject: role, exact: "1" }) }, "Policies of this role")));
  }

  async function drop(it, label) {
    const sure = await confirm({ title: `Remove ${label} from ${name}?`, text: "What the role allows and denies no longer concerns them, unless they come to it another way.", yes: "Remove", destructive: true });
    if (!sure) return;
    try {
      await remove(recordsPath(ROLES, it.id));
      say("Member removed");
      await load();
      list.focus();
      onChange();
    } catch (error) { complain(error); }
  }

  const who = subjectInput({ kinds: ["record", "any", "role"], label: "New member", roles: roleNames });
  const button = h("button", { class: "button primary", id: "add-member" }, icon("plus"), "Add");
  const problem = h("p", { class: "note bad", role: "alert", hidden: true });
  const form = h("form", { class: "stack", id: "member-form", novalidate: true, on: { submit: (event) => { event.preventDefault(); add(); } } },
    row({ key: "member", label: "New member", input: h("div", { class: "subject-line" }, who.element, button) }), problem);

  async function add() {
    clearErrors(form);
    problem.hidden = true;
    await busy(button, async () => {
      await post(recordsPath(ROLES), { member: who.read(), role });
      who.reset();
      say("Member added");
      await load();
      onChange();
    }, (error) => {
      // The role stands in the address: what is wrong with the pair is said at the one input there is.
      const { role: pair, ...rest } = error.fields;
      const homeless = showErrors(form, rest.member || !pair ? rest : { ...rest, member: pair });
      const isPlaced = Object.keys(error.fields).length > homeless.length;
      fill(problem, [isPlaced ? "" : error.message, ...homeless].filter(Boolean).join(" "));
      problem.hidden = isPlaced && !homeless.length;
    });
  }

  load();
  return [
    h("section", { class: "panel" }, h("header", {}, h("h2", { id: "role-name" }, icon("key"), name), h("span", { class: "hint" }, role)), h("div", { class: "panel-body" }, above, form)),
    h("section", { class: "panel" }, h("header", {}, h("h2", {}, "Members")), h("div", { class: "panel-body" }, list)),
  ];
}
