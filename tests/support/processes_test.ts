import { ok, rejects, strictEqual } from "node:assert/strict";
import { startServiceProcess } from "./processes.ts";

const READY_AND_STAY = 'console.log("up at 1234"); setInterval(() => {}, 1000);';

Deno.test("startServiceProcess() resolves at the ready line; kill9() ends the process", async () => {
  await using process = await startServiceProcess({
    args: ["eval", READY_AND_STAY],
    env: {},
    readyLine: /up at \d+/,
  });

  strictEqual(process.readyLine, "up at 1234");
  await process.kill9();

  strictEqual((await process.status).signal, "SIGKILL");
});

Deno.test("startServiceProcess() throws with the output of a process that ends before", async () => {
  await rejects(
    startServiceProcess({
      args: ["eval", 'console.error("no address"); Deno.exit(78)'],
      env: {},
      readyLine: "up",
    }),
    /exit code 78\nno address/,
  );
});

Deno.test("startServiceProcess() passes nothing on from the environment of the test", async () => {
  Deno.env.set("KAFKA_BROKERS_OF_TEST", "stale");
  await using process = await startServiceProcess({
    args: [
      "eval",
      `console.log("seen", Deno.env.get("KAFKA_BROKERS_OF_TEST"));${READY_AND_STAY}`,
    ],
    env: {},
    readyLine: "up at",
  });

  ok(process.lines.includes("seen undefined"));
});
