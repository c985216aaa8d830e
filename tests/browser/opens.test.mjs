// The console opens in a real Chromium, and nothing on the way goes wrong.
import assert from "node:assert/strict";
import { test } from "node:test";

import { chromium } from "playwright-core";

import { startServer } from "../js/server.mjs";

test("the console opens", async () => {
  const server = await startServer();
  const executablePath = process.env.PURLIN_TEST_CHROMIUM;
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    const answer = await page.goto(`${server.url}/_/`);
    assert.equal(answer.status(), 200);
    await page.locator("input[type=password]").first().waitFor();
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    await server.stop();
  }
});
