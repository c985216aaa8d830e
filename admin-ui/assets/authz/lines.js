// The lines of authorization as the console reads them: policies, and what their words mean.

import { get, literal, recordsPath } from "../lib/api.js";
import { index } from "../lib/collections.js";

/** Where policies and roles are kept; ordinary records. */
export const POLICIES = "_policies";
export const ROLES = "_roles";

/** What can be done, in the order of the columns. */
export const ACTIONS = ["list", "view", "create", "update", "delete", "manage"];

const SEVERAL = { read: ["list", "view"], write: ["create", "update", "delete"], "*": ACTIONS };

/** What a policy's action may be, with words for a list of choices. */
export const DEEDS = [
  ...ACTIONS.map((action) => [action, action]),
  ["read", "read: list and view"], ["write", "write: create, update and delete"], ["*", "* : everything, manage too"],
];

/** The actions that a policy's action covers. */
export const covered = (deed) => SEVERAL[deed] ?? [deed];

/** The parts of the console a policy may be about; they have neither rows nor fields. */
export const CONSOLE = ["@console", "@console/collections", "@console/settings", "@console/logs", "@console/authorization", "@console/datasources"];
export const isConsole = (object) => object.startsWith("@console");

/** Whether a policy about every collection is also about this one. */
export const isOwn = (object) => index.some((item) => item.name === object && !item.system);

export const isDeny = (line) => line.effect === "deny";
export const fieldsOf = (line) => (Array.isArray(line.fields) ? line.fields : []);

/** The filter of the policies about a collection; those about every collection among them. */
function about(object) {
  if (!object) return "";
  return isOwn(object) ? `(object = ${literal(object)} || object = "*")` : `object = ${literal(object)}`;
}

/** The filter of the policies whose subject has these letters, or is exactly this. */
function of(subject, exact) {
  if (!subject) return "";
  return `subject ${exact || subject === "*" ? "=" : "~"} ${literal(subject)}`;
}

const ORDER = "object,subject,action,id";
/** The most lines of one subject that are shown together. */
const TOGETHER = 200;

/**
 * A page of policies by object and subject. What a page begins or ends with is shown whole, so a
 * row of the matrix never lacks a line.
 */
export async function policies({ page, perPage, collection, subject, exact, signal }) {
  const filter = [about(collection), of(subject, exact)].filter(Boolean).join(" && ");
  const answer = await get(recordsPath(POLICIES), { page, perPage, sort: ORDER, filter }, signal);
  if (answer.totalPages <= 1 || !answer.items.length) return answer;
  const whole = new Map(answer.items.map((line) => [line.id, line]));
  const edges = [page > 1 && answer.items[0], page < answer.totalPages && answer.items.at(-1)].filter(Boolean);
  for (const { object, subject: who } of edges) {
    const pair = `object = ${literal(object)} && subject = ${literal(who)}`;
    const { items } = await get(recordsPath(POLICIES), { perPage: TOGETHER, sort: ORDER, filter: pair, skipTotal: 1 }, signal);
    for (const line of items) whole.set(line.id, line);
  }
  return { ...answer, items: [...whole.values()] };
}

/** The first policies that decide about an action on a collection, those about every collection last; a page with its total. */
export function policiesFor(collection, action, perPage) {
  const deeds = DEEDS.map(([deed]) => deed).filter((deed) => covered(deed).includes(action));
  const filter = `${about(collection)} && (${deeds.map((deed) => `action = ${literal(deed)}`).join(" || ")})`;
  return get(recordsPath(POLICIES), { perPage, sort: "-object,subject,id", filter });
}

/** The address of the matrix. */
export const matrixAddress = (query) => `/_/authorization?${new URLSearchParams(query)}`;
/** The address of an explanation. */
export const explainAddress = (query) => `/_/authorization/explain?${new URLSearchParams(query)}`;
