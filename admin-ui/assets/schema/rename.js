// A field gets another name, and what names it in the same collection follows.

import { escaped } from "./unique.js";

/**
 * Lets the indexes and the options of signing in follow. To be called when the name is complete: on
 * the way there it may be for a moment the name of another field.
 */
export function followName(draft, before, after) {
  if (!before || !after || before === after) return;
  const column = new RegExp(`([(,]\\s*[\`"[]?)${escaped(before)}(?=[\`"\\]]?\\s*([,)]|\\s(collate|asc|desc)\\b))`, "gi");
  draft.indexes = draft.indexes.map((text) => text.replace(column, (whole, open) => open + after));
  const auth = draft.passwordAuth;
  if (auth) auth.identityFields = auth.identityFields.map((name) => (name === before ? after : name));
  const mapped = draft.oauth2?.mappedFields ?? {};
  for (const key of Object.keys(mapped)) if (mapped[key] === before) mapped[key] = after;
}
