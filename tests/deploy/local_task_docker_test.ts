import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { runCommand } from "../../dev/services/run_command.ts";
import { until } from "../support/until.ts";
import { LOCAL_TASK_CASES } from "./local/local_task_cases.ts";
import { logOf, startTask } from "./local/start_task.ts";
import { STAYS, tinyEngineImages } from "./local/tiny_images.ts";

for (const { title, run } of LOCAL_TASK_CASES) {
  Deno.test(`in containers: ${title}`, () => run(tinyEngineImages));
}

Deno.test("in containers: a task has the user, root and environment of its definition", async () => {
  await using images = await tinyEngineImages({
    looks: `
let root = "writable";
try { Deno.writeTextFileSync("/tmp/x", ""); } catch (error) { root = error.message; }
console.log(Deno.uid(), Deno.gid(), root, Deno.env.get("GIVEN"), Deno.env.get("SECRET"));`,
  });
  const { task } = startTask(images, [{
    name: "main",
    image: "looks",
    user: "4711:4712",
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    environment: [{ name: "GIVEN", value: "two words" }],
    secrets: [{ name: "SECRET", valueFrom: "a=b $c" }],
  }]);

  await task.ended;

  match(await logOf(images, "main"), /^4711 4712 .*[Rr]ead-only.* two words a=b \$c$/m);
});

Deno.test("in containers: a task that wants more memory than it has ends, and says so", async () => {
  await using images = await tinyEngineImages({
    eats: `const all = []; while (true) all.push(new Uint8Array(1e7).fill(1));`,
  });
  const { task, seen } = startTask(images, [{ name: "main", image: "eats" }], { memory: "128" });

  await task.ended;

  strictEqual(task.containers[0]?.exitCode, 137);
  match(seen.at(-1) ?? "", /"main" with 137 \(OutOfMemoryError: /);
});

Deno.test("in containers: a program that the image has not cannot be started, and is named", async () => {
  await using images = await tinyEngineImages({ stays: STAYS });
  const { task, seen } = startTask(images, [
    // The init process would be what starts, and would say so in the log.
    { name: "main", image: "stays", entryPoint: ["/bin/sh"], linuxParameters: {} },
  ]);

  await task.ended;

  strictEqual(task.containers[0]?.exitCode, 127);
  match(seen.at(-1) ?? "", /CannotStartContainerError: .*\/bin\/sh/);
});

Deno.test("in containers: nothing is left of a task that ended, nor of one whose starter is gone", async () => {
  await using images = await tinyEngineImages({ stays: STAYS });
  const name = `stays-${crypto.randomUUID()}`;
  const starter = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--config=tests/deno.json", "--allow-all"],
      ...["tests/deploy/local/start_and_wait.ts", name],
    ],
    cwd: new URL("../..", import.meta.url),
    stdin: "null",
    stdout: "null",
  }).spawn();
  const isRunning = async () => (await containersOf(name, "status=running")).length === 1;
  await until(isRunning, "its container");

  starter.kill("SIGKILL");
  await starter.status;

  await until(async () => (await containersOf(name)).length === 0, "its end");
  const { task } = startTask(images, [{ name, image: "stays" }]);
  await until(isRunning, "a container");
  task.stop("the test is over");
  await task.ended;
  deepStrictEqual(await containersOf(name), []);
});

async function containersOf(name: string, ...filters: string[]): Promise<readonly string[]> {
  const all = [`label=cauce.container=${name}`, ...filters].map((filter) => `--filter=${filter}`);
  const output = await runCommand(["docker", "ps", "-aq", ...all]);
  return output.split("\n").filter(Boolean);
}
