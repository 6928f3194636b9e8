import { strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { createHttpApp } from "./http_app.ts";

const open = { auth: { mode: "open" }, table: {} } as const;

function statusOf(url: string, onlyLocal: boolean): Promise<number> {
  const app = createHttpApp({
    title: "T",
    version: "1",
    logger: silentLogger,
    ...(onlyLocal && { access: open }),
  });
  app.get("/things", (c) => c.json({}));
  return Promise.resolve(app.request(url)).then(({ status }) => status);
}

Deno.test("an app for this machine alone refuses a name that leads here from elsewhere", async () => {
  strictEqual(await statusOf("http://rebound.example:8080/things", true), 421);
  strictEqual(await statusOf("http://127.0.0.1.rebound.example/things", true), 421);
});

Deno.test("an app for this machine alone answers to every name of the loopback", async () => {
  for (const host of ["localhost", "127.0.0.1", "127.0.0.2:8080", "[::1]:8080"]) {
    strictEqual(await statusOf(`http://${host}/things`, true), 200, host);
  }
});

Deno.test("an app for others answers to any name", async () => {
  strictEqual(await statusOf("http://licensing.example/things", false), 200);
});
