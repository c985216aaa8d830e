// Who can do something with a record: everybody whom lines name is asked about, up to a limit that is said.

import { get, recordsPath } from "../lib/api.js";
import { collection } from "../lib/collections.js";
import { number, plural } from "../lib/format.js";
import { policiesFor } from "./lines.js";
import { inheritance, membersOf, waysTo } from "./roles.js";
import { parsed, signers } from "./subject.js";

/** How many records are asked about, besides a guest. */
const MOST = 60;
/** How many policies are read, and how many members of some roles at once. */
const READ = 1000;
const ROLES_AT_ONCE = 50;
const ASKED_AT_ONCE = 4;

/**
 * Whom to ask about: `{ subjects, limits }`, with a sentence per limit that was reached. A guest first,
 * then records that lines name, members of roles that lines name, and the newest records of the
 * collections that lines speak of as a whole.
 */
export async function candidates(object, action) {
  const [schema, { items, totalItems }] = await Promise.all([collection(object), policiesFor(object, action, READ)]);
  const named = [...new Set(items.map((line) => line.subject))];
  const found = new Set();
  const limits = [];
  if (totalItems > items.length) limits.push(`${plural(totalItems, "line")} speak of this; the first ${number(items.length)} were read.`);
  const records = named.filter((subject) => parsed(subject).kind === "record");
  take(records, found);
  if (records.length > found.size) limits.push(`Lines name ${plural(records.length, "record")}; the first ${number(MOST)} were asked about.`);
  const whole = await addMembers(named, found, limits);
  // The collection's own rule, and a policy for everybody signed in, speak of every record that signs in.
  const speaksOfAll = typeof schema[`${action}Rule`] === "string" || named.includes("*") || named.includes("@auth");
  for (const name of speaksOfAll ? signers : whole) await addRecords(name, found, limits);
  return { subjects: ["@guest", ...found], limits };
}

/** Adds as many as there is room for; gives how many of them are among the found ones. */
function take(subjects, found) {
  for (const subject of subjects) if (found.size < MOST) found.add(subject);
  return subjects.filter((subject) => found.has(subject)).length;
}

/** Adds the members of roles that are named, direct and inherited; gives the collections that are members as a whole. */
async function addMembers(named, found, limits) {
  const whole = new Set(named.map(parsed).filter((it) => it.kind === "any").map((it) => it.collection));
  const roles = named.filter((subject) => parsed(subject).kind === "role");
  if (!roles.length) return whole;
  const edges = await inheritance();
  const all = [...new Set(roles.flatMap((role) => [...waysTo(role, edges).keys()]))];
  let [members, asked] = [0, 0];
  for (let at = 0; at < all.length; at += ROLES_AT_ONCE) {
    const { items, totalItems } = await membersOf(all.slice(at, at + ROLES_AT_ONCE), { perPage: READ });
    const kinds = items.map(({ member }) => [member, parsed(member)]);
    for (const [, it] of kinds) if (it.kind === "any") whole.add(it.collection);
    const records = kinds.filter(([, it]) => it.kind === "record").map(([member]) => member);
    members += records.length + (totalItems - items.length);
    asked += take(records, found);
  }
  if (members > asked) limits.push(`The roles that lines name have ${plural(members, "member")}; ${number(asked)} were asked about.`);
  return whole;
}

async function addRecords(name, found, limits) {
  const room = MOST - found.size;
  const { items, totalItems } = await get(recordsPath(name), { perPage: Math.max(1, room), fields: "id", sort: "-@rowid" });
  const asked = take(items.map(({ id }) => `${name}/${id}`), found);
  if (totalItems > asked) limits.push(`Lines speak of all ${plural(totalItems, "record")} of ${name}; ${asked ? `the newest ${number(asked)}` : "none of them"} were asked about.`);
}

/** Runs `ask` for every item with its place, a few at once. */
export async function askAll(items, ask) {
  const queue = [...items.entries()];
  const work = async () => { for (let next = queue.shift(); next; next = queue.shift()) await ask(next[1], next[0]); };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, work));
}
