// The collection as it is being edited, and what of it is sent.

import { get } from "../lib/api.js";
import { collection } from "../lib/collections.js";
import { keptFields } from "./fields.js";

/** The draft of an existing collection. */
export async function existingDraft(name) {
  return structuredClone(await collection(name));
}

let scaffolds = null;

/** A draft of a new collection. What `before` already holds of name and own fields is kept. */
export async function newDraft(type, before = null) {
  scaffolds ??= await get("/collections/meta/scaffolds");
  const draft = structuredClone(scaffolds[type]);
  // A scaffold's fields have no place in a database yet: without ids they count as new.
  for (const field of draft.fields) if (!field.system) delete field.id;
  if (before) {
    draft.name = before.name;
    if (before.datasource) draft.datasource = before.datasource;
    const known = new Set(draft.fields.map((field) => field.name));
    if (type !== "view") draft.fields.push(...before.fields.filter((field) => !field.system && !known.has(field.name)));
  }
  if (type === "view") draft.fields = [];
  else if (!before) draft.fields.push(...dates());
  return draft;
}

const dates = () => [
  { type: "autodate", name: "created", onCreate: true, onUpdate: false, hidden: false, presentable: false, system: false },
  { type: "autodate", name: "updated", onCreate: true, onUpdate: true, hidden: false, presentable: false, system: false },
];

/** The JSON that is sent. */
export function sent(draft) {
  const body = { ...draft, fields: keptFields(draft) };
  if (!body.id) delete body.id;
  delete body.created;
  delete body.updated;
  if (draft.type === "view" && !draft.adopted) { delete body.fields; delete body.indexes; }
  if (body.oauth2) body.oauth2 = { ...body.oauth2, providers: (body.oauth2.providers ?? []).map(withoutEmptySecret) };
  return body;
}

/** An empty secret means "as it was", which the API understands from its absence. */
function withoutEmptySecret(provider) {
  const rest = { ...provider };
  if (rest.clientSecret === "") delete rest.clientSecret;
  return rest;
}
