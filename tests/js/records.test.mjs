// Records through the stock client: writes, modifiers, filters, sorts, paging, expands, rules.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { refusal, startServer } from "./server.mjs";

let server, root;
const ids = {};
before(async () => {
  server = await startServer();
  root = await server.root();
  const open = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
  const tags = await root.collections.create({
    ...open,
    name: "tags",
    fields: [{ name: "name", type: "text", required: true, min: 2 }, { name: "weight", type: "number" }],
  });
  const posts = await root.collections.create({
    ...open,
    name: "posts",
    fields: [
      { name: "title", type: "text", required: true, max: 40 },
      { name: "secret", type: "text", hidden: true },
      { name: "views", type: "number" },
      { name: "live", type: "bool" },
      { name: "at", type: "date" },
      { name: "kinds", type: "select", values: ["a", "b", "c"], maxSelect: 3 },
      { name: "meta", type: "json" },
      { name: "place", type: "geoPoint" },
      { name: "tags", type: "relation", collectionId: tags.id, maxSelect: 5 },
      { name: "main", type: "relation", collectionId: tags.id, maxSelect: 1 },
      { name: "created", type: "autodate", onCreate: true },
    ],
  });
  await root.collections.create({
    ...open,
    name: "comments",
    fields: [
      { name: "text", type: "text" },
      { name: "post", type: "relation", collectionId: posts.id, maxSelect: 1, cascadeDelete: true },
    ],
  });
  for (const [name, weight] of [["red", 1], ["blue", 2], ["green", 3]]) {
    ids[name] = (await root.collection("tags").create({ name, weight })).id;
  }
  for (const post of [
    { title: "One", views: 1, live: true, at: "2024-01-02 03:04:05.678Z", tags: [ids.red, ids.blue], main: ids.red },
    { title: "Two", views: 20, kinds: ["a", "b"], meta: { deep: { n: 7 } }, tags: [ids.green], main: ids.blue },
    { title: 'It\'s "three" \\ 100%_', views: 300, place: { lon: 23.3, lat: 42.7 } },
  ]) {
    ids[post.title] = (await root.collection("posts").create(post)).id;
  }
  for (const text of ["first", "second"]) await root.collection("comments").create({ text, post: ids.One });
});
after(() => server?.stop());

const titles = (records) => records.map((record) => record.title);
const found = async (filter, more = {}) =>
  titles(await server.guest().collection("posts").getFullList({ filter, sort: "views", ...more }));

test("a record comes back whole, and empty values are never null", async () => {
  const made = await server.guest().collection("posts").create({ title: "Plain" });
  assert.match(made.id, /^[a-z0-9]{15}$/);
  assert.match(made.created, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/);
  const { id, created, collectionId, ...rest } = made;
  assert.deepEqual(rest, {
    collectionName: "posts",
    title: "Plain",
    views: 0,
    live: false,
    at: "",
    kinds: [],
    meta: null,
    place: { lon: 0, lat: 0 },
    tags: [],
    main: "",
  });
  const posts = server.guest().collection("posts");
  assert.deepEqual(await posts.getOne(id), made);
  assert.equal((await posts.update(id, { views: 5 })).views, 5);
  assert.equal(await posts.delete(id), true);
  const gone = await refusal(posts.getOne(id));
  assert.deepEqual(gone.response, { data: {}, message: "The requested resource wasn't found.", status: 404 });
});

test("refusals name each field", async () => {
  const posts = server.guest().collection("posts");
  const error = await refusal(posts.create({ title: "", kinds: ["z"], tags: ["missing"] }));
  assert.equal(error.status, 400);
  assert.equal(error.response.message, "Failed to create record.");
  const codes = Object.entries(error.response.data).map(([field, item]) => [field, item.code]);
  assert.deepEqual(Object.fromEntries(codes), {
    title: "validation_required",
    kinds: "validation_invalid_value",
    tags: "validation_missing_rel_records",
  });
  const long = await refusal(posts.update(ids.One, { title: "x".repeat(41) }));
  assert.equal(long.response.message, "Failed to update record.");
  assert.deepEqual(long.response.data.title.params, { max: 40 });
  const taken = await refusal(posts.create({ id: ids.One, title: "again" }));
  assert.equal(taken.response.data.id.code, "validation_not_unique");
});

test("write modifiers add, take away and put in front", async () => {
  const posts = root.collection("posts");
  const { id } = await posts.create({ title: "Modified", views: 10, kinds: ["b"], tags: [ids.red] });
  let now = await posts.update(id, { "views+": 5, "kinds+": ["c"], "tags+": ids.blue });
  assert.deepEqual([now.views, now.kinds, now.tags], [15, ["b", "c"], [ids.red, ids.blue]]);
  now = await posts.update(id, { "views-": 20, "+kinds": "a", "tags-": [ids.red] });
  assert.deepEqual([now.views, now.kinds, now.tags], [-5, ["a", "b", "c"], [ids.blue]]);
  await posts.delete(id);
});

test("values given to pb.filter arrive as they are", async () => {
  const pb = server.guest();
  const awkward = 'It\'s "three" \\ 100%_';
  for (const [filter, expected] of [
    [pb.filter("title = {:t}", { t: awkward }), [awkward]],
    [pb.filter("title ~ {:t}", { t: '"three"' }), [awkward]],
    [pb.filter("title ~ {:t}", { t: "%100\\%%" }), [awkward]],
    [pb.filter("views > {:n} && live = {:b}", { n: 1, b: false }), ["Two", awkward]],
    [pb.filter("at = {:d}", { d: new Date("2024-01-02T03:04:05.678Z") }), ["One"]],
    [pb.filter("main = {:none}", { none: null }), [awkward]],
    [pb.filter("title = {:t}", { t: "' || 1=1 || '" }), []],
  ]) {
    assert.deepEqual(await found(filter), expected, filter);
  }
});

test("filters reach into relations, back-relations, JSON and lists", async () => {
  const three = 'It\'s "three" \\ 100%_';
  for (const [filter, expected] of [
    ['main.name = "red"', ["One"]],
    ['tags.name ?= "blue"', ["One"]],
    ["tags.weight < 3", ["One"]],
    ['tags.name ?= "red" && tags.weight ?= 2', []],
    ['comments_via_post.text ?~ "sec"', ["One"]],
    ["meta.deep.n = 7", ["Two"]],
    ['kinds:each ?= "a"', ["Two"]],
    ["kinds:length = 0", ["One", three]],
    ['title:lower = "one"', ["One"]],
    ["geoDistance(place.lon, place.lat, 23.3, 42.7) < 1", [three]],
    ["at > @yearStart || at = ''", ["Two", three]],
    ['(views = 1 || views = 20) && title != "One"', ["Two"]],
  ]) {
    assert.deepEqual(await found(filter), expected, filter);
  }
});

test("filters that cannot be are 400, secrets of the schema stay secret", async () => {
  const posts = server.guest().collection("posts");
  for (const [options, status] of [
    [{ filter: "nope = 1" }, 400],
    [{ filter: "title =" }, 400],
    [{ filter: 'secret = "x"' }, 400],
    [{ sort: "nope" }, 400],
    [{ filter: '@request.auth.id = ""' }, 403],
    [{ filter: '@collection.users.id = ""' }, 403],
  ]) {
    const error = await refusal(posts.getList(1, 1, options));
    assert.equal(error.status, status, JSON.stringify(options));
    assert.deepEqual(error.response.data, {});
  }
  assert.equal((await root.collection("posts").getList(1, 1, { filter: 'secret = "x"' })).totalItems, 0);
});

test("paging, sorting and the helpers above them", async () => {
  const posts = server.guest().collection("posts");
  const page = await posts.getList(2, 2, { sort: "-views,title" });
  assert.deepEqual([page.page, page.perPage, page.totalItems, page.totalPages], [2, 2, 3, 2]);
  assert.deepEqual(titles(page.items), ["One"]);
  const uncounted = await posts.getList(9, 5000, { skipTotal: true });
  assert.deepEqual([uncounted.perPage, uncounted.totalItems, uncounted.items], [1000, -1, []]);

  assert.deepEqual(titles(await posts.getFullList({ batch: 1, sort: "@rowid" })).slice(0, 2), ["One", "Two"]);
  assert.equal((await posts.getFirstListItem("views > 1", { sort: "views" })).title, "Two");
  const none = await refusal(posts.getFirstListItem("views < 0"));
  assert.equal(none.status, 404);
});

test("fields narrows the answer", async () => {
  const options = { fields: "title:excerpt(2,true),expand.main.name", expand: "main" };
  const record = await server.guest().collection("posts").getOne(ids.One, options);
  assert.deepEqual(record, { title: "On...", expand: { main: { name: "red" } } });
});

test("expand follows relations and back-relations, in order", async () => {
  const posts = server.guest().collection("posts");
  const one = await posts.getOne(ids.One, { expand: "main,tags,comments_via_post" });
  assert.equal(one.expand.main.name, "red");
  assert.deepEqual(one.expand.tags.map((tag) => tag.name), ["red", "blue"]);
  const texts = one.expand.comments_via_post.map((comment) => comment.text);
  assert.deepEqual(texts.sort(), ["first", "second"]);

  const comments = server.guest().collection("comments");
  const deep = await comments.getFirstListItem('text = "first"', { expand: "post.tags,post.main" });
  assert.deepEqual(deep.expand.post.expand.tags.map((tag) => tag.name), ["red", "blue"]);
  assert.equal(deep.expand.post.expand.main.name, "red");
  assert.equal("expand" in (await posts.getOne(ids.One, { expand: "nothing" })), false);
});

test("a deleted record takes its dependants along, or leaves the lists", async () => {
  const tag = await root.collection("tags").create({ name: "short-lived" });
  const post = await root.collection("posts").create({ title: "Doomed", tags: [ids.red, tag.id], main: tag.id });
  const comment = await root.collection("comments").create({ text: "bye", post: post.id });
  await root.collection("tags").delete(tag.id);
  const left = await root.collection("posts").getOne(post.id);
  assert.deepEqual([left.tags, left.main], [[ids.red], ""]);
  await root.collection("posts").delete(post.id);
  assert.equal((await refusal(root.collection("comments").getOne(comment.id))).status, 404);
});

test("rules decide per record who sees and who changes", async () => {
  const password = "a long enough one";
  const owner = { name: "owner", type: "relation", collectionId: "_pb_users_auth_", maxSelect: 1 };
  const own = "owner = @request.auth.id";
  await root.collections.create({
    name: "notes",
    fields: [{ name: "text", type: "text" }, owner],
    listRule: own,
    viewRule: own,
    createRule: '@request.auth.id != "" && owner = @request.auth.id',
    updateRule: `${own} && @request.body.owner:isset = false`,
    deleteRule: null,
  });
  const users = [];
  for (const email of ["ann@example.com", "bob@example.com"]) {
    await root.collection("users").create({ email, password, passwordConfirm: password });
    const client = server.guest();
    await client.collection("users").authWithPassword(email, password);
    users.push(client);
  }
  const [ann, bob] = users;
  const me = ann.authStore.record.id;
  const note = await ann.collection("notes").create({ text: "mine", owner: me });
  assert.equal((await ann.collection("notes").getList()).totalItems, 1);
  assert.equal((await bob.collection("notes").getList()).totalItems, 0);
  for (const [call, status] of [
    [() => bob.collection("notes").getOne(note.id), 404],
    [() => bob.collection("notes").update(note.id, { text: "yours" }), 404],
    [() => bob.collection("notes").create({ text: "forged", owner: me }), 400],
    [() => ann.collection("notes").update(note.id, { owner: bob.authStore.record.id }), 404],
    [() => ann.collection("notes").delete(note.id), 403],
    [() => server.guest().collection("notes").create({ text: "guest" }), 400],
  ]) {
    assert.equal((await refusal(call())).status, status, call.toString());
  }
  assert.equal((await ann.collection("notes").update(note.id, { text: "still" })).text, "still");
});
