// deno-lint-ignore-file no-console -- what it tells is read by the test that started it
/**
 * A program that tries what a service has no business doing, and prints which of it was refused.
 * Its argument is the address of something that listens, `host:port`.
 *
 * @module
 */

import { mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import process from "node:process";

const [address = ""] = Deno.args;
const [hostname = "", port = ""] = address.split(":");

/** By what Deno calls the permission. An attempt that is not refused may fail of itself. */
const ATTEMPTS: Readonly<Record<string, readonly (() => unknown)[]>> = {
  env: [
    () => hide(Deno.env.get("HOME")),
    () => hide(process.env["PATH"]),
    () => hide(Object.keys(Deno.env.toObject()).find((name) => name === "HOME")),
  ],
  read: [
    () => Deno.readTextFileSync("deno.json"),
    () => readFileSync("/proc/self/environ"),
    () => Deno.readDirSync("."),
  ],
  write: [
    () => Deno.mkdirSync("organization"),
    () => Deno.removeSync("/nowhere"),
    () => mkdirSync("/"),
  ],
  run: [
    () => new Deno.Command("true").outputSync(),
    () => new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn(),
  ],
  ffi: [() => Deno.dlopen("libnowhere.so", {})],
  sys: [() => Deno.hostname(), () => Deno.osRelease(), () => userInfo()],
  net: [
    () => Deno.connect({ hostname, port: Number(port) }).then((socket) => socket.close()),
    () => fetch(`http://${address}/`, { signal: AbortSignal.timeout(200) }),
    () => connected(),
    () => Deno.listen({ port: 0 }).close(),
    () => Deno.connect({ hostname: "169.254.169.254", port: 80, signal: AbortSignal.timeout(100) }),
  ],
  import: [
    () => import("https://raw.githubusercontent.com/nowhere.ts" as string),
    () => import("https://esm.sh/nowhere" as string),
  ],
};

/** What is not there looks as a variable that is hidden does. */
function hide(value: string | undefined): void {
  if (value === undefined) throw new Deno.errors.NotCapable("It is hidden");
}

function connected(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("error", reject);
    socket.on("connect", () => resolve(void socket.destroy()));
  });
}

async function isRefused(attempt: () => unknown): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable || /Requires \w+ access/.test(String(error));
  }
}

const results: Record<string, boolean[]> = {};
for (const [permission, attempts] of Object.entries(ATTEMPTS)) {
  results[permission] = [];
  for (const attempt of attempts) results[permission].push(await isRefused(attempt));
}
console.log(JSON.stringify(results));
Deno.exit();
