// Runs the test files over one help center: `make test`, `npm test`. Names of files choose some.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { launch, staffState } from "./browser.mjs";
import { helpCenter } from "./center.mjs";

const here = import.meta.dirname;
const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort();
const wanted = process.argv.slice(2);
const chosen = wanted.length ? all.filter((name) => wanted.some((part) => name.includes(part))) : all;
if (!chosen.length) throw new Error(`no test file is called like ${wanted.join(", ")}`);

const center = await helpCenter();
// Signing in is throttled: once is enough for all files. What is wrong with it their tests will say.
const browser = await launch();
const signedIn = await staffState(browser, center).catch(() => undefined);
await browser.close();
const files = chosen.map((name) => path.join(here, name));
const runner = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-timeout=60000", "--test-reporter=spec", ...files], {
  stdio: "inherit",
  env: {
    ...process.env,
    BROWSER_TESTS_URL: center.url,
    BROWSER_TESTS_KEY: center.key,
    BROWSER_TESTS_SIGNED_IN: signedIn ? JSON.stringify(signedIn) : "",
  },
});
const status = await new Promise((resolve) => runner.once("exit", resolve));
await center.stop();
process.exitCode = status ?? 1;
