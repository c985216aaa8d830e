// "Unique" as a property of a field: a unique index over just that column.

/** A text as a regular expression that means just it. */
export const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The index text that makes a field unique, if there is one. */
export function uniqueIndexOf(draft, name) {
  if (!name) return undefined;
  const column = `[\`"[]?${escaped(name)}[\`"\\]]?`;
  const pattern = new RegExp(`^\\s*create\\s+unique\\s+index\\b[^(]*\\(\\s*${column}(\\s+(collate\\s+\\w+|asc|desc))*\\s*\\)`, "i");
  return draft.indexes.find((text) => pattern.test(text));
}

/** Adds or removes that index. */
export function setUnique(draft, name, isUnique) {
  const known = uniqueIndexOf(draft, name);
  if (isUnique && !known) {
    const suffix = Math.random().toString(36).slice(2, 10);
    draft.indexes.push(`CREATE UNIQUE INDEX \`idx_${suffix}\` ON \`${draft.name || "collection"}\` (\`${name}\`)`);
  } else if (!isUnique && known) {
    draft.indexes.splice(draft.indexes.indexOf(known), 1);
  }
}
