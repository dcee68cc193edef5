// A help center over the repository's own articles, served by the real program, with its index and
// its votes in a folder that is thrown away.

import { execFileSync, spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** How long the program may take to read all articles, without optimization, on a busy machine. */
const PATIENCE = 120_000;

function program() {
  const folder = process.env.CARGO_TARGET_DIR ?? path.join(ROOT, "target");
  return process.env.SPRAVKA_BIN ?? path.join(folder, "debug", "spravka");
}

/** The tester's environment without settings that would change the program's. */
function environment(more) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("SPRAVKA_"));
  return { ...Object.fromEntries(own), ...more };
}

/** A staff key and its hash. */
function newKey() {
  const printed = execFileSync(program(), ["key", "new", "--format", "json"], { env: environment({}) });
  return JSON.parse(printed);
}

/**
 * Starts a help center; `settings` are names and values of its environment, `flags` more of the
 * command. With `isCopy` its articles are its own to change.
 */
async function start(settings, { flags = [], isCopy = false } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "spravka-browser-"));
  const { key, hash } = newKey();
  const shipped = path.join(ROOT, "articles");
  const articles = isCopy ? path.join(folder, "articles") : shipped;
  const run = (listen) => {
    const command = ["serve", "--listen", listen, "--articles", articles, "--index", "index", ...flags];
    return serve(folder, command, { SPRAVKA_STAFF_KEYS: hash, ...settings });
  };
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    if (isCopy) await cp(shipped, articles, { recursive: true });
    let server = await run("127.0.0.1:0");
    return {
      url: server.url,
      key,
      articles,
      /** Stops, and serves again at the same address. */
      async restart() {
        await server.stop();
        server = await run(new URL(server.url).host);
      },
      async stop() {
        await server.stop();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

/** Runs the program in a folder, below which its votes are kept, until it says where it is. */
async function serve(folder, command, settings) {
  const child = spawn(program(), command, {
    cwd: folder,
    env: environment({ SPRAVKA_LOG: "warn", ...settings }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no address in time:\n${log}`)), PATIENCE);
    createInterface(child.stdout).on("line", (line) => {
      const address = line.match(/ at (http:\/\/\S+)/);
      if (address) {
        clearTimeout(timer);
        resolve(address[1].replace(/\/$/, ""));
      }
    });
    ended.then((status) => reject(new Error(`the program ended with ${status}:\n${log}`)));
    child.once("error", reject);
  }).catch((error) => {
    child.kill();
    throw error;
  });
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/**
 * A help center to look at: the one that `run.mjs` started for all test files, else one of its own.
 * With settings it is always its own.
 */
export async function helpCenter(settings) {
  const { BROWSER_TESTS_URL: url, BROWSER_TESTS_KEY: key } = process.env;
  if (url && !settings) return { url, key, stop: async () => {} };
  return start(settings ?? {});
}

/** What an editor has open: a preview over a copy of the articles, to be changed by tests. */
export function preview() {
  return start({}, { flags: ["--preview"], isCopy: true });
}
