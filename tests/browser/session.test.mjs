// Signing in and out, and what the session's cookie does not allow.

import assert from "node:assert/strict";
import { test } from "node:test";
import { login, openConsole, textOf } from "./kit.mjs";
import { ROOT } from "../js/server.mjs";

const { server, browser } = await openConsole({ signIn: false });

test("a wrong password says so and keeps the address", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/_/`);
  assert.equal(new URL(page.url()).pathname, "/_/login");
  await page.fill("#email", ROOT.email);
  await page.fill("#password", "wrong-password");
  await page.click("button.primary");
  assert.match(await textOf(page, "[role=alert]"), /not right/);
  assert.equal(await page.inputValue("#email"), ROOT.email);
});

test("after signing in one is where one wanted to go", async () => {
  const { page, context, problems } = browser;
  await login(page, server, "/_/logs");
  const cookie = (await context.cookies()).find(({ name }) => name === "purlin_console");
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Strict", "/_/"]);
  assert.equal((await page.content()).includes(cookie.value.split(".").at(-1)), false, "the page holds the token");
  assert.deepEqual(problems, []);
});

test("a change without the page's value is refused", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/_/`);
  const answer = (headers) => page.evaluate(async (headers) => {
    const response = await fetch("/_/api/collections/users/records", { method: "POST", headers, body: "{}" });
    return { status: response.status, body: await response.json() };
  }, { "content-type": "application/json", ...headers });
  for (const headers of [{}, { "x-csrf-token": "" }, { "x-csrf-token": "guess" }]) {
    const { status, body } = await answer(headers);
    assert.deepEqual([status, body.status], [403, 403], JSON.stringify(headers));
  }
  const csrf = await page.getAttribute("meta[name=csrf]", "content");
  const { status } = await answer({ "x-csrf-token": csrf });
  assert.equal(status, 400, "with the value it reaches the API, which wants a password");
});

test("another site's page cannot use the session", async () => {
  const { page, context } = browser;
  const csrf = await page.getAttribute("meta[name=csrf]", "content");
  const [cookie] = (await context.cookies()).filter(({ name }) => name === "purlin_console");
  const status = async (headers) => (await fetch(`${server.url}/_/api/collections/users/truncate`, {
    method: "DELETE", headers: { cookie: `purlin_console=${cookie.value}`, "x-csrf-token": csrf, ...headers },
  })).status;
  assert.equal(await status({ origin: "https://evil.example" }), 403);
  assert.equal(await status({ origin: server.url }), 204);
});

test("no inline script can run, and nobody may frame the console", async () => {
  const policy = (await fetch(`${server.url}/_/login`)).headers.get("content-security-policy");
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
});

test("after logging out the console is closed", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/_/`);
  await Promise.all([page.waitForURL("**/_/login"), page.click("text=Log out")]);
  await page.goto(`${server.url}/_/settings`);
  assert.equal(page.url(), `${server.url}/_/login?next=/_/settings`);
  const status = await page.evaluate(async () => (await fetch("/_/api/settings")).status);
  assert.equal(status, 401);
});
