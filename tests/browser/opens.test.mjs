// The console opens in a real Chromium, and nothing on the way goes wrong.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser, startServer } from "./kit.mjs";

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => { await browser?.browser.close(); await server?.stop(); });

test("the console opens", async () => {
  const { page, problems } = browser;
  const answer = await page.goto(`${server.url}/_/`);
  assert.equal(answer.status(), 200);
  await page.locator("input[type=password]").first().waitFor();
  assert.deepEqual(problems, []);
});
