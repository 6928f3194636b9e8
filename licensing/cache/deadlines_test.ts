import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { createDeadlines } from "./deadlines.ts";

const never = new Promise<string>(() => {});

Deno.test("createDeadlines() gives up the commands that do not answer, one after the other", async () => {
  using deadlines = createDeadlines(30);
  const begun = performance.now();

  const first = deadlines.inTime(never);
  const answered = deadlines.inTime(Promise.resolve("answered"));
  const failed = rejects(deadlines.inTime(Promise.reject(new Error("failed"))), /failed/);
  const late = rejects(first, /no answer for 30 ms/);
  await new Promise((resolve) => setTimeout(resolve, 15));
  const second = deadlines.inTime(never).catch((error: Error) => [error.message, elapsed()]);
  function elapsed(): boolean {
    return performance.now() - begun >= 45;
  }

  strictEqual(await answered, "answered");
  await failed;
  await late;
  deepStrictEqual(await second, ["Cannot reach Redis: no answer for 30 ms", true]);
});

Deno.test("createDeadlines() gives up no command whose answer came while the process was held up", async () => {
  using deadlines = createDeadlines(10);
  const { port1, port2 } = new MessageChannel();
  const answer = deadlines.inTime(
    new Promise<string>((resolve) => port2.onmessage = ({ data }) => resolve(data)),
  );
  port1.postMessage("in time");

  const end = performance.now() + 30;
  while (performance.now() < end);

  strictEqual(await answer, "in time");
  port1.close();
  port2.close();
});

Deno.test("createDeadlines() holds no timer once it is disposed", async () => {
  const deadlines = createDeadlines(60_000);

  await deadlines.inTime(Promise.resolve());

  // The test runner refuses a test that leaves one behind.
  deadlines[Symbol.dispose]();
});
