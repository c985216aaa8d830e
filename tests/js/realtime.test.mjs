// Realtime through the stock client: subscribe, options, unsubscribe, coming back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { EventSource } from "./events.mjs";
import { startServer } from "./server.mjs";

let server, root;
before(async () => {
  globalThis.EventSource = EventSource;
  server = await startServer();
  root = await server.root();
  const open = { listRule: "", viewRule: "" };
  await root.collections.create({ ...open, name: "posts", fields: [{ name: "title", type: "text" }] });
  await root.collections.create({ name: "drafts", fields: [{ name: "title", type: "text" }] });
});
after(() => server.stop());

/** What is heard, with a wait for so many of it. */
function ear() {
  const heard = [];
  let wake = () => {};
  return {
    hear: (event) => {
      heard.push(`${event.action} ${event.record.title}`);
      wake();
    },
    async until(count) {
      while (heard.length < count) await new Promise((resolve) => (wake = resolve));
      return heard;
    },
  };
}

test("hears of what it subscribed to, and may see", { timeout: 60_000 }, async () => {
  const guest = server.guest();
  const [all, one, narrow, secret] = [ear(), ear(), ear(), ear()];
  const first = await root.collection("posts").create({ title: "first" });
  await guest.collection("posts").subscribe("*", all.hear);
  await guest.collection("posts").subscribe(first.id, one.hear);
  await guest.collection("posts").subscribe("*", narrow.hear, { filter: "title ~ 'x'", fields: "title" });
  await guest.collection("drafts").subscribe("*", secret.hear);
  await root.collection("drafts").create({ title: "secret" });
  await root.collection("posts").create({ title: "ax" });
  await all.until(1);
  await root.collection("posts").update(first.id, { title: "second" });
  await all.until(2);
  await root.collection("posts").delete(first.id);
  assert.deepEqual(await all.until(3), ["create ax", "update second", "delete second"]);
  assert.deepEqual(await one.until(2), ["update second", "delete second"]);
  assert.deepEqual(await narrow.until(1), ["create ax"]);
  assert.deepEqual(await secret.until(0), []);
  await guest.collection("posts").unsubscribe(first.id);
  await guest.collection("posts").unsubscribe();
  await guest.collection("drafts").unsubscribe();
  assert.equal(guest.realtime.isConnected, false);
});

test("comes back by itself and subscribes again", { timeout: 60_000 }, async () => {
  const guest = server.guest();
  const all = ear();
  await guest.collection("posts").subscribe("*", all.hear);
  const before = guest.realtime.clientId;
  guest.realtime.eventSource.onerror(new Error("cut"));
  while (!guest.realtime.isConnected || guest.realtime.clientId === before) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (let number = 1; (await Promise.race([all.until(1), soon()])) === undefined; number += 1) {
    await root.collection("posts").create({ title: `again ${number}` });
  }
  assert.match((await all.until(1))[0], /^create again/);
  await guest.collection("posts").unsubscribe();
});

const soon = () => new Promise((resolve) => setTimeout(resolve, 100));
