// Roles: their names, and who comes to them through which others.

import { get, literal, recordsPath } from "../lib/api.js";
import { POLICIES, ROLES } from "./lines.js";

const PAGE = 1000;
/** How many pages are looked through for names and for roles that are members of roles. */
const PAGES = 5;

/** Every record of a list, up to some pages of it. */
async function gather(collection, query) {
  const all = [];
  for (let page = 1; page <= PAGES; page++) {
    const { items } = await get(recordsPath(collection), { ...query, page, perPage: PAGE, skipTotal: 1 });
    all.push(...items);
    if (items.length < PAGE) return { all, isCut: false };
  }
  return { all, isCut: true };
}

/** The roles that lines name, without `role:`; `isCut` when there were more lines than were looked at. */
export async function rolesNamed(letters = "") {
  const like = literal(`role:%${letters}%`);
  const [direct, inherited, named] = await Promise.all([
    gather(ROLES, { filter: `role ~ ${like}`, fields: "role", sort: "role" }),
    gather(ROLES, { filter: `member ~ ${like}`, fields: "member", sort: "member" }),
    gather(POLICIES, { filter: `subject ~ ${like}`, fields: "subject", sort: "subject" }),
  ]);
  const texts = [...direct.all.map((it) => it.role), ...inherited.all.map((it) => it.member), ...named.all.map((it) => it.subject)];
  const names = [...new Set(texts)].filter((text) => text.startsWith("role:")).map((text) => text.slice(5));
  return { names: names.sort((a, b) => a.localeCompare(b)), isCut: direct.isCut || inherited.isCut || named.isCut };
}

let asked = null;
/** The names to suggest; asked for once per page. */
export function roleNames() {
  asked ??= rolesNamed().then(({ names }) => names).catch((error) => { asked = null; throw error; });
  return asked;
}
/** Lets the next question for names see what was just added. */
export function forgetRoleNames() { asked = null; }

/** The lines that make a role a member of a role. */
export async function inheritance() {
  const { all } = await gather(ROLES, { filter: 'member ~ "role:%"', sort: "role,member" });
  return all;
}

/**
 * The roles whose members have `role`: a map of each to the way from it, `["role:chief", "role:editor"]`.
 * The role itself comes first.
 */
export function waysTo(role, edges) {
  const ways = new Map([[role, [role]]]);
  for (const [target, way] of ways) {
    for (const { member, role: to } of edges) {
      if (to === target && !ways.has(member)) ways.set(member, [member, ...way]);
    }
  }
  return ways;
}

/** A page of those who have one of these roles. */
export function membersOf(roles, { page = 1, perPage = 50 } = {}) {
  const filter = roles.map((role) => `role = ${literal(role)}`).join(" || ");
  return get(recordsPath(ROLES), { filter, page, perPage, sort: "role,member,id" });
}
