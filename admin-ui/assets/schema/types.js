// The field types, and what each of them lets one choose.

import { index, nameOf } from "../lib/collections.js";

/** Every type with the words that a newcomer needs to choose it. */
export const TYPES = [
  ["text", "Text"], ["editor", "Rich text"], ["number", "Number"], ["bool", "Yes or no"],
  ["email", "E-mail"], ["url", "URL"], ["date", "Date"], ["autodate", "Automatic date"],
  ["select", "Choice"], ["relation", "Relation"], ["file", "File"], ["json", "JSON"],
  ["geoPoint", "Place"], ["password", "Password"],
];

export const typeName = (type) => TYPES.find(([name]) => name === type)?.[1] ?? type;

/** How many "many" means where no limit is wanted: what the stock clients write. */
export const UNLIMITED = 2147483647;

const number = (key, label, more = {}) => ({ kind: "number", key, label, ...more });
const text = (key, label, more = {}) => ({ kind: "text", key, label, ...more });
const flag = (key, label, more = {}) => ({ kind: "flag", key, label, ...more });
const list = (key, label, more = {}) => ({ kind: "list", key, label, ...more });
const many = (label, more = {}) => ({ kind: "many", key: "maxSelect", label, ...more });
const bytes = (placeholder) => number("maxSize", "Most bytes", { placeholder, min: 0 });
const domains = [
  list("onlyDomains", "Only these domains", { placeholder: "example.com, example.org" }),
  list("exceptDomains", "None of these domains", { placeholder: "example.net" }),
];

/** The options beyond those that all types share. */
export const OPTIONS = {
  text: [
    number("min", "Least characters", { placeholder: "0", min: 0 }), number("max", "Most characters", { placeholder: "5000", min: 0 }),
    text("pattern", "Must match the pattern", { placeholder: "^[a-z]+$", mono: true }),
    text("autogeneratePattern", "Fill when empty with", { placeholder: "[a-z0-9]{15}", mono: true }),
  ],
  editor: [bytes("5 MiB"), flag("convertURLs", "Strip the host of own URLs")],
  number: [
    number("min", "Least", { empty: null, step: "any" }), number("max", "Most", { empty: null, step: "any" }),
    flag("onlyInt", "Whole numbers only"),
  ],
  bool: [],
  email: domains,
  url: domains,
  date: [{ kind: "date", key: "min", label: "Earliest (UTC)" }, { kind: "date", key: "max", label: "Latest (UTC)" }],
  autodate: [flag("onCreate", "Set on create"), flag("onUpdate", "Set on every update")],
  select: [{ kind: "lines", key: "values", label: "Values, one per line" }, many("How many may be chosen")],
  relation: [
    { kind: "collection", key: "collectionId", label: "Points to" },
    many("How many"), number("minSelect", "At least", { placeholder: "0", min: 0 }),
    flag("cascadeDelete", "Delete this record together with the one it points to"),
  ],
  file: [
    many("How many"), bytes("5 MiB each"),
    list("mimeTypes", "MIME types", { placeholder: "image/png, image/jpeg" }),
    list("thumbs", "Thumbnail sizes", { placeholder: "100x100, 640x0" }),
    flag("protected", "Protected: reading takes a file token"),
  ],
  json: [bytes("1 MiB")],
  geoPoint: [],
  password: [
    number("min", "Least characters", { placeholder: "0", min: 0 }), number("max", "Most characters", { placeholder: "71", min: 0 }),
    text("pattern", "Must match the pattern", { mono: true }), number("cost", "Hashing cost", { placeholder: "10", min: 0 }),
  ],
};

/** What `required` means for a type. */
export function requiredLabel(type) {
  return { bool: "Must be yes", number: "Not zero", json: "Not empty", geoPoint: "Not 0, 0" }[type] ?? "Not empty";
}

/** A fresh field. Options that are left out get the server's defaults. */
export function newField(type, name) {
  const field = { type, name, hidden: false, presentable: false, system: false };
  if (type !== "autodate") Object.assign(field, { required: false, help: "" });
  const more = {
    autodate: { onCreate: true, onUpdate: false },
    select: { values: [], maxSelect: 1 },
    relation: { collectionId: "", maxSelect: 1, minSelect: 0, cascadeDelete: false },
    file: { maxSelect: 1, maxSize: 0, mimeTypes: [], thumbs: [], protected: false },
    number: { min: null, max: null, onlyInt: false },
  };
  return Object.assign(field, structuredClone(more[type] ?? {}));
}

/** One line about a field, for its closed row. */
export function gist(field) {
  if (field.type === "relation") return field.collectionId ? `→ ${nameOf(field.collectionId)}` : "→ ?";
  if (field.type === "select") return (field.values ?? []).slice(0, 3).join(", ");
  return "";
}

/** Collections that a relation may point to. */
export const targets = () => index.filter((item) => item.kind !== "view");
