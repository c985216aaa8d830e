// Starts the binary under test on its own folder and a free port, and stops it again. Where
// PURLIN_TEST_BACKEND names a database server, it is given a database of its own there.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import PocketBase from "pocketbase";

export const ROOT = { email: "root@example.com", password: "correct horse 42" };

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => process.exit(1));
}

/**
 * A fresh server with one superuser, ROOT; or with none, for the set-up. `config` is the text of a
 * configuration file, read from the folder the server runs in. `said` is its output.
 * @returns {Promise<{url: string, guest: () => PocketBase, root: () => Promise<PocketBase>,
 *   said: () => string, stop: () => Promise<void>}>}
 */
export async function startServer({ superuser = true, config = "" } = {}) {
  const binary = process.env.PURLIN_BIN;
  if (!binary) throw new Error("PURLIN_BIN must name the binary to test; ./tests/run sets it.");
  const home = mkdtempSync(join(tmpdir(), "purlin-js-"));
  const dir = join(home, "data");
  const place = ["--dir", dir];
  if (config) {
    const file = join(home, "purlin.toml");
    writeFileSync(file, config);
    place.push("--config", file);
  }
  const database = databases("make");
  const env = environment(database);
  const forget = () => {
    if (database) databases("drop", database);
    rmSync(home, { recursive: true, force: true });
  };
  if (superuser) addSuperuser(binary, home, place, env);

  const url = `http://127.0.0.1:${await freePort()}`;
  const serve = ["serve", "--http", new URL(url).host, ...place];
  const child = spawn(binary, serve, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.once("exit", () => running.delete(child));

  const stop = async () => {
    child.kill("SIGTERM");
    const stuck = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await exited;
    clearTimeout(stuck);
    forget();
  };
  if (!(await answers(url, child))) {
    await stop();
    throw new Error(`${binary} did not start serving. It said:\n${said}`);
  }
  const guest = () => new PocketBase(url).autoCancellation(false);
  const root = async () => {
    const client = guest();
    await client.collection("_superusers").authWithPassword(ROOT.email, ROOT.password);
    return client;
  };
  return { url, guest, root, said: () => said, stop };
}

/** The error a call answers with; a call that succeeds is the failure. */
export async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("the call succeeded, a refusal was expected");
}

function addSuperuser(binary, home, place, env) {
  const command = ["superuser", "upsert", ROOT.email, ROOT.password, ...place];
  const done = spawnSync(binary, command, { cwd: home, env, encoding: "utf8" });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`superuser upsert failed: ${done.stdout}${done.stderr}`);
}

// The developer's own PURLIN_DIR, PURLIN_HTTP … must not reach the server under test.
function environment(database) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("PURLIN_"));
  return { ...Object.fromEntries(kept), ...(database && { PURLIN_DATABASE_URL: database }) };
}

// Makes an empty database, its URL is the answer ("" for SQLite); or drops one.
function databases(...args) {
  if ((process.env.PURLIN_TEST_BACKEND ?? "sqlite") === "sqlite") return "";
  const command = process.env.PURLIN_TEST_DATABASE;
  if (!command) throw new Error("PURLIN_TEST_DATABASE must name target/debug/purlin-test-database; ./tests/run sets it.");
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${done.error ?? done.stderr}`);
  return done.stdout.trim();
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// Asks until the server answers or is gone; 20 s is far more than a start takes.
async function answers(url, child) {
  const end = Date.now() + 20_000;
  while (Date.now() < end && child.exitCode === null) {
    const reply = await fetch(`${url}/api/health`).catch(() => null);
    if (reply?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
