// Batches, settings, logs and health.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { refusal, startServer } from "./server.mjs";

let server, root;
before(async () => {
  server = await startServer();
  root = await server.root();
  const fields = [{ name: "name", type: "text", required: true }, { name: "n", type: "number" }];
  await root.collections.create({ name: "items", createRule: "", fields });
});
after(() => server?.stop());

test("health answers everybody", async () => {
  const health = await server.guest().health.check();
  assert.equal(health.code, 200);
});

test("settings merge, keep their shape, and refuse nonsense", async () => {
  const before = await root.settings.getAll();
  assert.equal(before.batch.enabled, false);
  const after = await root.settings.update({ meta: { appName: "Renamed" } });
  assert.deepEqual(after, { ...before, meta: { ...before.meta, appName: "Renamed" } });
  const error = await refusal(root.settings.update({ meta: { appName: "" } }));
  assert.equal(error.response.data.meta.appName.code, "validation_required");
  assert.equal((await refusal(server.guest().settings.getAll())).status, 401);
});

test("a batch is all or nothing, and off until it is switched on", async () => {
  await root.settings.update({ batch: { enabled: false } });
  const off = root.createBatch();
  off.collection("items").create({ name: "x" });
  assert.equal((await refusal(off.send())).status, 403);
  await root.settings.update({ batch: { enabled: true, maxRequests: 50, timeout: 3 } });

  const first = await root.collection("items").create({ name: "first", n: 1 });
  const doomed = await root.collection("items").create({ name: "doomed" });
  const batch = root.createBatch();
  batch.collection("items").create({ name: "made" });
  batch.collection("items").update(first.id, { "n+": 4 });
  batch.collection("items").upsert({ id: "upsertedrecord1", name: "put" });
  batch.collection("items").upsert({ id: first.id, name: "renamed" });
  batch.collection("items").delete(doomed.id);
  const results = await batch.send();
  assert.deepEqual(results.map((one) => one.status), [200, 200, 200, 200, 204]);
  assert.equal(results[1].body.n, 5);
  assert.equal((await root.collection("items").getOne(first.id)).name, "renamed");
  assert.equal((await root.collection("items").getList()).totalItems, 3);

  const failing = root.createBatch();
  failing.collection("items").create({ name: "rolled back" });
  failing.collection("items").create({ name: "" });
  const error = await refusal(failing.send());
  assert.equal(error.status, 400);
  const item = error.response.data.requests["1"];
  assert.equal(item.code, "batch_request_failed");
  assert.equal(item.response.data.name.code, "validation_required");
  assert.equal((await root.collection("items").getList()).totalItems, 3);
});

test("a batch asks the rules for each of its requests", async () => {
  await root.settings.update({ batch: { enabled: true, maxRequests: 50, timeout: 3 } });
  const made = await root.collection("items").create({ name: "guarded" });
  const batch = server.guest().createBatch();
  batch.collection("items").create({ name: "a guest may" });
  batch.collection("items").delete(made.id);
  const error = await refusal(batch.send());
  assert.equal(error.response.data.requests["1"].response.status, 403);
  const page = await root.collection("items").getList(1, 1, { filter: 'name = "a guest may"' });
  assert.equal(page.totalItems, 0);
});

test("requests are found in the logs", { timeout: 20_000 }, async () => {
  const mark = `missing${Date.now()}`;
  await refusal(root.collection("items").getOne(mark));
  let page;
  do {
    // Logs are written in batches, a few seconds late at most; the timeout bounds the wait.
    await new Promise((resolve) => setTimeout(resolve, 200));
    page = await root.logs.getList(1, 5, { filter: `data.url ~ "${mark}"`, sort: "-@rowid" });
  } while (page.items.length === 0);
  const [entry] = page.items;
  assert.equal(entry.data.status, 404);
  assert.equal(entry.data.method, "GET");
  assert.equal(entry.data.auth, "_superusers");
  assert.deepEqual(await root.logs.getOne(entry.id), entry);
  const stats = await root.logs.getStats();
  assert.ok(stats.length > 0 && stats.every((hour) => hour.total > 0 && /:00:00\.000Z$/.test(hour.date)));
  assert.equal((await refusal(server.guest().logs.getList())).status, 401);
});

test("unknown addresses have the usual error", async () => {
  const get = await refusal(server.guest().send("/api/nothing-here", { method: "GET" }));
  assert.equal(get.status, 404);
  const post = await refusal(server.guest().send("/api/nothing-here", { method: "POST" }));
  assert.deepEqual(post.response, { data: {}, message: "The requested resource wasn't found.", status: 404 });
});
