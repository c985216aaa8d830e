// Signing in, staying signed in, and acting for somebody else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ClientResponseError, getTokenPayload } from "pocketbase";

import { ROOT, refusal, startServer } from "./server.mjs";

let server, root;
before(async () => {
  server = await startServer();
  root = await server.root();
});
after(() => server?.stop());

const PASSWORD = "a long enough one";

async function newUser(email, more = {}) {
  const body = { email, password: PASSWORD, passwordConfirm: PASSWORD, ...more };
  return root.collection("users").create(body);
}

async function signedIn(email) {
  const client = server.guest();
  await client.collection("users").authWithPassword(email, PASSWORD);
  return client;
}

test("a superuser signs in and is known as one", () => {
  assert.equal(root.authStore.isValid, true);
  assert.equal(root.authStore.isSuperuser, true);
  assert.equal(root.authStore.record.email, ROOT.email);
  const claims = getTokenPayload(root.authStore.token);
  assert.equal(claims.type, "auth");
  assert.equal(claims.collectionId, "pbc_3142635823");
  assert.equal(claims.refreshable, true);
});

test("auth-methods says what a log-in form may offer", async () => {
  const methods = await server.guest().collection("users").listAuthMethods();
  assert.deepEqual(methods.password, { enabled: true, identityFields: ["email"] });
  assert.equal(methods.mfa.enabled, false);
  assert.deepEqual(methods.oauth2.providers, []);
});

test("a guest signs up, signs in, and sees the own address only when signed in", async () => {
  const guest = server.guest();
  const body = { email: "ann@example.com", password: PASSWORD, passwordConfirm: PASSWORD };
  const made = await guest.collection("users").create({ ...body, name: "Ann" });
  assert.equal(made.name, "Ann");
  assert.equal("email" in made, false);
  assert.equal("password" in made || "tokenKey" in made, false);

  const signed = await guest.collection("users").authWithPassword("ann@example.com", PASSWORD);
  assert.equal(signed.record.id, made.id);
  assert.equal(signed.record.email, "ann@example.com");
  assert.equal(guest.authStore.token, signed.token);
  assert.equal(guest.authStore.isSuperuser, false);
});

test("wrong credentials are refused without saying which part was wrong", async () => {
  await newUser("bea@example.com");
  for (const [identity, password] of [
    ["bea@example.com", "not the password"],
    ["nobody@example.com", PASSWORD],
  ]) {
    const users = server.guest().collection("users");
    const error = await refusal(users.authWithPassword(identity, password));
    assert.ok(error instanceof ClientResponseError);
    assert.equal(error.status, 400);
    assert.deepEqual(error.response, { data: {}, message: "Failed to authenticate.", status: 400 });
  }
  const empty = await refusal(server.guest().collection("users").authWithPassword("", ""));
  assert.equal(empty.response.data.identity.code, "validation_required");
  assert.equal(empty.response.data.password.code, "validation_required");
});

test("refresh gives a new token to its owner and nothing to others", async () => {
  const user = await newUser("cid@example.com");
  const client = await signedIn("cid@example.com");
  const fresh = await client.collection("users").authRefresh();
  assert.equal(fresh.record.id, user.id);
  assert.equal(client.authStore.isValid, true);

  const guest = await refusal(server.guest().collection("users").authRefresh());
  assert.equal(guest.status, 401);
  const other = await refusal(root.collection("users").authRefresh());
  assert.equal(other.status, 403);
});

test("the auth store tells its listeners and forgets on clear", async () => {
  await newUser("dan@example.com");
  const client = server.guest();
  const seen = [];
  client.authStore.onChange((token, record) => seen.push([token !== "", record?.email]));
  await client.collection("users").authWithPassword("dan@example.com", PASSWORD);
  client.authStore.clear();
  assert.deepEqual(seen, [[true, "dan@example.com"], [false, undefined]]);

  const cookie = (await signedIn("dan@example.com")).authStore.exportToCookie();
  const again = server.guest();
  again.authStore.loadFromCookie(cookie);
  assert.equal(again.authStore.isValid, true);
  await again.collection("users").authRefresh();
});

test("a new password ends old tokens; the old password is asked of the owner", async () => {
  const user = await newUser("eve@example.com");
  const client = await signedIn("eve@example.com");
  const changed = { password: "another long one", passwordConfirm: "another long one" };

  const without = await refusal(client.collection("users").update(user.id, changed));
  assert.equal(without.status, 400);
  assert.ok(without.response.data.oldPassword);
  const differs = { ...changed, passwordConfirm: "x", oldPassword: PASSWORD };
  const mismatch = await refusal(client.collection("users").update(user.id, differs));
  assert.equal(mismatch.response.data.passwordConfirm.code, "validation_values_mismatch");

  const old = client.authStore.token;
  await client.collection("users").update(user.id, { ...changed, oldPassword: PASSWORD });
  client.authStore.save(old, null);
  assert.equal((await refusal(client.collection("users").authRefresh())).status, 401);
  const signed = await server.guest().collection("users").authWithPassword("eve@example.com", changed.password);
  assert.equal(signed.record.id, user.id);
});

test("who may not: verified and e-mail are not the owner's to set", async () => {
  const user = await newUser("fay@example.com");
  const client = await signedIn("fay@example.com");
  for (const body of [{ verified: true }, { email: "new@example.com" }]) {
    const error = await refusal(client.collection("users").update(user.id, body));
    assert.equal(error.response.data[Object.keys(body)[0]].code, "validation_values_mismatch");
  }
  const set = await root.collection("users").update(user.id, { verified: true });
  assert.equal(set.verified, true);
});

test("a superuser acts as a user; that token does not renew itself", async () => {
  const user = await newUser("gil@example.com");
  const acting = await root.collection("users").impersonate(user.id, 600);
  assert.equal(acting.authStore.record.id, user.id);
  const claims = getTokenPayload(acting.authStore.token);
  assert.equal(claims.refreshable, false);
  assert.ok(claims.exp - Date.now() / 1000 <= 601);
  assert.equal((await acting.collection("users").getOne(user.id)).email, "gil@example.com");

  const client = await signedIn("gil@example.com");
  const error = await refusal(client.collection("users").impersonate(user.id, 600));
  assert.equal(error.status, 403);
});

test("a broken token makes a guest, not an error", async () => {
  const client = server.guest();
  client.authStore.save("not.a.token", null);
  const page = await client.collection("users").getList(1, 10);
  assert.equal(page.totalItems, 0);
});

test("authRule decides who may sign in", async () => {
  await newUser("hal@example.com");
  await root.collections.update("users", { authRule: "verified = true" });
  try {
    const error = await refusal(server.guest().collection("users").authWithPassword("hal@example.com", PASSWORD));
    assert.equal(error.status, 403);
  } finally {
    await root.collections.update("users", { authRule: "" });
  }
  await signedIn("hal@example.com");
});

test("the last superuser stays", async () => {
  const other = await root.collection("_superusers").create({
    email: "second@example.com",
    password: PASSWORD,
    passwordConfirm: PASSWORD,
  });
  await root.collection("_superusers").delete(other.id);
  const error = await refusal(root.collection("_superusers").delete(root.authStore.record.id));
  assert.equal(error.status, 400);
});
