// A superuser defines collections: create, change, import, views, truncate, refusals.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { refusal, startServer } from "./server.mjs";

let server, root;
before(async () => {
  server = await startServer();
  root = await server.root();
});
after(() => server?.stop());

const text = (name, more = {}) => ({ name, type: "text", ...more });

test("the blank collections to start from", async () => {
  const blank = await root.collections.getScaffolds();
  assert.deepEqual(Object.keys(blank).sort(), ["auth", "base", "view"]);
  assert.equal(blank.base.fields[0].name, "id");
  assert.ok(blank.auth.fields.some((field) => field.name === "tokenKey" && field.hidden));
});

test("every field type is kept with its options", async () => {
  const target = await root.collections.create({ name: "targets" });
  const fields = [
    text("t", { min: 2, max: 9, pattern: "^[a-z]+$" }),
    { name: "e", type: "editor" },
    { name: "n", type: "number", min: -1, max: 5, onlyInt: true },
    { name: "b", type: "bool" },
    { name: "m", type: "email", onlyDomains: ["example.com"] },
    { name: "u", type: "url" },
    { name: "d", type: "date", min: "2020-01-01 00:00:00.000Z" },
    { name: "a", type: "autodate", onCreate: true, onUpdate: true },
    { name: "s", type: "select", values: ["x", "y"], maxSelect: 2 },
    { name: "r", type: "relation", collectionId: target.id, maxSelect: 3, cascadeDelete: true },
    { name: "j", type: "json", maxSize: 100 },
    { name: "g", type: "geoPoint" },
    { name: "f", type: "file", maxSelect: 2 },
    { name: "p", type: "password" },
  ];
  const made = await root.collections.create({ name: "kinds", fields });
  assert.match(made.id, /^pbc_\d+$/);
  assert.deepEqual(made.fields.map((field) => field.type), ["text", ...fields.map((field) => field.type)]);
  for (const wanted of fields) {
    const got = made.fields.find((field) => field.name === wanted.name);
    for (const [key, value] of Object.entries(wanted)) assert.deepEqual(got[key], value, key);
  }
  assert.deepEqual(await root.collections.getOne("kinds"), made);
  assert.deepEqual(await root.collections.getOne(made.id), made);
});

test("listing, filtering and sorting collections", async () => {
  await root.collections.create({ name: "aaa_first" });
  const page = await root.collections.getList(1, 2, { filter: "system = true", sort: "-name" });
  assert.equal(page.items.length, 2);
  assert.ok(page.items[0].name > page.items[1].name);
  const all = await root.collections.getFullList({ sort: "name" });
  assert.ok(all.some((one) => one.name === "aaa_first"));
  const first = await root.collections.getFirstListItem('name = "aaa_first"');
  assert.equal(first.name, "aaa_first");
});

test("a renamed collection and a renamed field keep their records", async () => {
  const made = await root.collections.create({ name: "before", fields: [text("old")] });
  const record = await root.collection("before").create({ old: "kept" });
  const fields = made.fields.map((field) => (field.name === "old" ? { ...field, name: "fresh" } : field));
  const renamed = await root.collections.update("before", { name: "afterwards", fields });
  assert.equal(renamed.id, made.id);
  const read = await root.collection("afterwards").getOne(record.id);
  assert.equal(read.fresh, "kept");
  assert.equal(read.collectionId, made.id);
});

test("a field left out is dropped, a field added starts empty", async () => {
  const made = await root.collections.create({ name: "changing", fields: [text("gone"), text("stays")] });
  const record = await root.collection("changing").create({ gone: "1", stays: "2" });
  const fields = made.fields.filter((field) => field.name !== "gone");
  await root.collections.update("changing", { fields: [...fields, { name: "count", type: "number" }] });
  const read = await root.collection("changing").getOne(record.id);
  assert.equal("gone" in read, false);
  assert.equal(read.stays, "2");
  assert.equal(read.count, 0);
});

test("unique indexes hold, and are named in the refusal", async () => {
  await root.collections.create({
    name: "codes",
    fields: [text("code")],
    indexes: ["CREATE UNIQUE INDEX `idx_code` ON `codes` (`code`) WHERE `code` != ''"],
  });
  await root.collection("codes").create({ code: "a" });
  await root.collection("codes").create({ code: "" });
  await root.collection("codes").create({ code: "" });
  const error = await refusal(root.collection("codes").create({ code: "a" }));
  assert.equal(error.status, 400);
  assert.equal(error.response.data.code.code, "validation_not_unique");
});

test("a collection that cannot be is refused field by field", async () => {
  for (const [body, path, code] of [
    [{ name: "" }, ["name"], "validation_required"],
    [{ name: "users" }, ["name"], "validation_collection_name_exists"],
    [{ name: "x1", listRule: "nope = 1" }, ["listRule"], "validation_invalid_rule"],
    [{ name: "x2", fields: [text("t"), { ...text("t"), id: "other" }] }, ["fields", "2", "name"], "validation_duplicated_field_name"],
    [{ name: "x3", fields: [{ name: "s", type: "select" }] }, ["fields", "1", "values"], "validation_required"],
    [{ name: "x4", indexes: ["nonsense"] }, ["indexes", "0"], "validation_invalid_index_expression"],
  ]) {
    const error = await refusal(root.collections.create(body));
    assert.equal(error.status, 400, body.name);
    const item = path.reduce((at, key) => at?.[key], error.response.data);
    assert.equal(item?.code, code, JSON.stringify(error.response));
  }
});

test("collections are the superuser's business", async () => {
  assert.equal((await refusal(server.guest().collections.getList())).status, 401);
  const made = await root.collection("users").create({
    email: "plain@example.com",
    password: "12345678",
    passwordConfirm: "12345678",
  });
  const user = await root.collection("users").impersonate(made.id, 60);
  assert.equal((await refusal(user.collections.create({ name: "mine" }))).status, 403);
});

// The same view in what the databases understand.
const SQL = "SELECT (shop) as id, shop, count(id) as sold, cast(sum(sum) as decimal) as sum FROM sales GROUP BY shop";
const PIPELINE = JSON.stringify({
  from: "sales",
  pipeline: [{ $group: { _id: "$shop", shop: { $first: "$shop" }, sold: { $sum: 1 }, sum: { $sum: "$sum" } } }],
});

test("a view answers like a collection that cannot be written", async () => {
  await root.collections.create({ name: "sales", fields: [text("shop"), { name: "sum", type: "number" }] });
  for (const [shop, sum] of [["a", 1], ["a", 2], ["b", 5]]) await root.collection("sales").create({ shop, sum });
  const view = await root.collections.create({
    name: "by_shop",
    type: "view",
    listRule: "",
    viewQuery: process.env.PURLIN_TEST_BACKEND === "mongodb" ? PIPELINE : SQL,
  });
  assert.deepEqual(view.fields.map((field) => `${field.name}:${field.type}`), [
    "id:text",
    "shop:text",
    "sold:number",
    "sum:number",
  ]);
  const rows = await server.guest().collection("by_shop").getFullList({ sort: "-sum", filter: "sum > 1" });
  assert.deepEqual(rows.map((row) => [row.shop, row.sold, row.sum]), [["b", 1, 5], ["a", 2, 3]]);
  const error = await refusal(root.collection("by_shop").create({ shop: "c" }));
  assert.equal(error.response.message, "Unsupported collection type.");
  assert.equal((await refusal(root.collections.delete("sales"))).status, 400);
});

test("import adds, changes and, when asked, removes", async () => {
  const kept = await root.collections.create({ name: "imp_kept", fields: [text("a")] });
  await root.collections.create({ name: "imp_extra" });
  const listed = (await root.collections.getFullList()).filter((one) => one.name !== "imp_extra");
  const changed = listed.map((one) => (one.id === kept.id ? { ...one, listRule: "" } : one));
  const added = { name: "imp_new", type: "base", fields: [text("b")] };

  await root.collections.import([added]);
  assert.equal((await root.collections.getOne("imp_new")).fields.some((field) => field.name === "b"), true);
  await root.collections.getOne("imp_extra");

  await root.collections.import(changed, true);
  assert.equal((await root.collections.getOne("imp_kept")).listRule, "");
  assert.equal((await refusal(root.collections.getOne("imp_extra"))).status, 404);
  assert.equal((await refusal(root.collections.getOne("imp_new"))).status, 404);

  const empty = await refusal(root.collections.import([]));
  assert.equal(empty.response.data.collections.code, "validation_required");
});

test("truncate empties, delete removes, system collections stay", async () => {
  await root.collections.create({ name: "heap", fields: [text("t")] });
  for (const t of ["a", "b"]) await root.collection("heap").create({ t });
  await root.collections.truncate("heap");
  assert.equal((await root.collection("heap").getList()).totalItems, 0);
  assert.equal(await root.collections.delete("heap"), true);
  assert.equal((await refusal(root.collection("heap").getList())).status, 404);
  assert.equal((await refusal(root.collections.delete("_superusers"))).status, 400);
});
