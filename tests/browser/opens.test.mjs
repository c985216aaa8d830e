// The console opens in a real Chromium, and nothing on the way goes wrong.
import assert from "node:assert/strict";
import { test } from "node:test";

import { openConsole } from "./kit.mjs";

const { server, browser } = await openConsole({ signIn: false });

test("the console opens", async () => {
  const { page, problems } = browser;
  const answer = await page.goto(`${server.url}/_/`);
  assert.equal(answer.status(), 200);
  await page.locator("input[type=password]").first().waitFor();
  assert.deepEqual(problems, []);
});
