// What the page knows about collections: the index in the page, and full ones on demand.

import { get } from "./api.js";

/** `[{id, name, kind, system}]`, by name. */
export const index = JSON.parse(document.body.dataset.index ?? "[]");

const loaded = new Map();

/** The full collection, asked for once. */
export function collection(idOrName) {
  if (!loaded.has(idOrName)) {
    loaded.set(idOrName, get(`/collections/${encodeURIComponent(idOrName)}`));
  }
  return loaded.get(idOrName);
}

/** The name of a collection in the index. */
export const nameOf = (id) => index.find((item) => item.id === id)?.name ?? id;

/** Field types whose values read well in one line. */
const READABLE = ["text", "email", "url", "number", "select", "date"];

/** The fields that name a record: the presentable ones, else a likely one. */
export function namingFields(schema) {
  const chosen = schema.fields.filter((field) => field.presentable && !field.hidden);
  if (chosen.length) return chosen;
  const likely = ["name", "title", "label", "email", "username", "slug", "key"];
  for (const name of likely) {
    const field = schema.fields.find((field) => field.name === name && READABLE.includes(field.type));
    if (field) return [field];
  }
  return [];
}

/** A record in a few words. */
export function nameRecord(schema, record) {
  const words = namingFields(schema)
    .map((field) => record[field.name])
    .map((value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "")))
    .filter(Boolean);
  return words.join(" · ") || record.id;
}
