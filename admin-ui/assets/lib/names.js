// What may be named at a place of a filter or rule: fields, related fields, what a request says.

import { collection, index } from "./collections.js";

const MACROS = ["@now", "@todayStart", "@todayEnd", "@yesterday", "@tomorrow", "@monthStart", "@monthEnd", "@yearStart", "@yearEnd", "@day", "@month", "@year", "@hour", "@minute", "@second", "@weekday"];
const REQUEST = ["auth", "body", "query", "headers", "method", "context"];

/** Names that continue `path`, the dotted word before the caret. `isRule` allows `@request` too. */
export async function namesFor(path, schema, isRule) {
  const steps = path.split(".");
  const last = steps.pop().toLowerCase();
  const before = steps.length ? `${steps.join(".")}.` : "";
  const found = steps.length ? await inside(steps, schema) : first(schema, isRule);
  return found.filter((name) => name.toLowerCase().startsWith(last) && name.toLowerCase() !== last).map((name) => before + name);
}

function first(schema, isRule) {
  const own = schema.fields.map((field) => field.name);
  return isRule ? [...own, "@request", "@collection", ...MACROS] : [...own, ...MACROS];
}

async function inside(steps, schema) {
  const [head, ...rest] = steps;
  if (head === "@request") return rest.length ? requested(rest, schema) : REQUEST;
  if (head === "@collection") {
    if (!rest.length) return index.map((item) => item.name);
    return below(rest.slice(1), await collection(rest[0].split(":")[0]).catch(() => null));
  }
  return below(steps, schema);
}

/** Below `@request.`: the caller may be a record of any auth collection, so of all their fields. */
async function requested([head, ...rest], schema) {
  if (head === "body") return rest.length ? [] : schema.fields.map((field) => field.name);
  if (head !== "auth") return [];
  const kinds = index.filter((item) => item.kind === "auth");
  const all = await Promise.all(kinds.map(async (item) => below(rest, await collection(item.name).catch(() => null))));
  return [...new Set(all.flat()), ...(rest.length ? [] : ["collectionId", "collectionName"])];
}

/** Follows relations, forth and back, and gives the fields at the end. */
async function below(steps, schema) {
  if (!schema) return [];
  const [head, ...rest] = steps;
  if (head === undefined) return schema.fields.filter((field) => field.type !== "password" && field.name !== "tokenKey").map((field) => field.name);
  const field = schema.fields.find((item) => item.name === head);
  const back = head.split("_via_");
  const next = field?.type === "relation" ? field.collectionId : back.length === 2 ? back[0] : null;
  return next ? below(rest, await collection(next).catch(() => null)) : [];
}
