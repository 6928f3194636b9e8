import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { freePort } from "../../dev/services/free_port.ts";
import {
  type TaskDefinition,
  taskDefinitionInput,
} from "../../deploy/local/ecs/task_definition.ts";
import { type LocalTask, startLocalTask } from "../../deploy/local/runtime/local_task.ts";
import { until } from "../support/until.ts";
import { STAYS, STUBBORN, type TinyImages, tinyImages } from "./local/tiny_images.ts";

Deno.test("a task runs, is told to stop by SIGTERM and ends with the container's own code", async () => {
  await using images = await tinyImages({ stays: STAYS });
  const { task, seen } = start(images, [{ name: "main", image: "stays" }]);
  await until(async () => (await log(images, "main")).includes("stays"), "the program");

  task.stop("the test is over");
  await task.ended;

  deepStrictEqual(seen, ["running", "UserInitiated: the test is over"]);
  strictEqual(task.containers[0]?.exitCode, 0);
});

Deno.test("a container that takes no notice of SIGTERM is killed after its stop timeout", async () => {
  await using images = await tinyImages({ stubborn: STUBBORN });
  const { task } = start(images, [{ name: "main", image: "stubborn", stopTimeout: 1 }]);
  await until(async () => (await log(images, "main")).includes("stays"), "the program");

  const begun = performance.now();
  task.stop("the test is over");
  await task.ended;

  strictEqual(task.containers[0]?.exitCode, 137);
  match(await log(images, "main"), /no/);
  strictEqual(performance.now() - begun >= 1000, true);
});

Deno.test("a task ends with its essential container, and its sidecar with it", async () => {
  await using images = await tinyImages({ ends: "Deno.exit(3);", stays: STAYS });
  const { task, seen } = start(images, [
    { name: "main", image: "ends" },
    { name: "sidecar", image: "stays", essential: false },
  ]);

  await task.ended;

  deepStrictEqual(seen, [
    "running",
    'EssentialContainerExited: Essential container in task exited: "main" with 3',
  ]);
  deepStrictEqual(task.containers.map(({ lastStatus }) => lastStatus), ["STOPPED", "STOPPED"]);
});

Deno.test("a task goes on when a container that is not essential ends", async () => {
  await using images = await tinyImages({ ends: "Deno.exit(3);", stays: STAYS });
  const { task, seen } = start(images, [
    { name: "main", image: "stays" },
    { name: "sidecar", image: "ends", essential: false },
  ]);

  await until(() => task.containers[1]?.exitCode === 3, "the end of the sidecar");

  deepStrictEqual(seen, ["running"]);
  task.stop("the test is over");
  await task.ended;
});

Deno.test("a container waits until what it depends on has succeeded", async () => {
  await using images = await tinyImages({
    migrates: `await new Promise((done) => setTimeout(done, 300));`,
    stays: STAYS,
  });
  const { task, seen } = start(images, [
    { name: "migration", image: "migrates", essential: false },
    {
      name: "main",
      image: "stays",
      dependsOn: [{ containerName: "migration", condition: "SUCCESS" }],
    },
  ]);

  await until(() => task.containers[0]?.lastStatus === "RUNNING", "the migration");
  strictEqual(task.containers[1]?.lastStatus, "PENDING");
  await until(() => seen.includes("running"), "the task");

  strictEqual(task.containers[0]?.exitCode, 0);
  task.stop("the test is over");
  await task.ended;
});

Deno.test("a task fails to start when what it depends on fails", async () => {
  await using images = await tinyImages({ ends: "Deno.exit(9);", stays: STAYS });
  const { task, seen } = start(images, [
    { name: "migration", image: "ends", essential: false },
    {
      name: "main",
      image: "stays",
      dependsOn: [{ containerName: "migration", condition: "SUCCESS" }],
    },
  ]);

  await task.ended;

  match(seen[0] ?? "", /^TaskFailedToStart: .*"migration" exited with 9, and SUCCESS is asked/);
});

Deno.test("a task whose image nobody pushed fails to start, and says which", async () => {
  await using images = await tinyImages({});
  const { task, seen } = start(images, [{ name: "main", image: "nowhere" }]);

  await task.ended;

  deepStrictEqual(seen, ["TaskFailedToStart: CannotPullContainerError: nowhere: not found"]);
});

Deno.test("a container's health check is run in its image, at its port", async () => {
  const program = (status: number) => `
Deno.serve({ port: Number(Deno.env.get("PORT")), onListen() {} }, () =>
  new Response(null, { status: ${status} }));
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));`;
  await using images = await tinyImages({
    good: program(200),
    bad: program(500),
    check: `Deno.exit((await fetch(Deno.args[0])).ok ? 0 : 1);`,
  });
  const healthCheck = {
    command: ["CMD", "/bin/deno", "run", "--allow-net", "/app/check.ts", "http://127.0.0.1:80/"],
    interval: 5,
    retries: 1,
  };
  const container = {
    name: "main",
    healthCheck,
    portMappings: [{ containerPort: 80 }],
    environment: [{ name: "PORT", value: "80" }],
  };

  const tasks = ["good", "bad"].map((image) => start(images, [{ ...container, image }]));
  await until(() => tasks.every(({ seen }) => seen.length > 1), "both checks");

  deepStrictEqual(tasks.map(({ seen }) => seen), [["running", "healthy"], [
    "running",
    "unhealthy",
  ]]);
  for (const { task } of tasks) task.stop("the test is over");
  await Promise.all(tasks.map(({ task }) => task.ended));
});

interface Started {
  readonly task: LocalTask;
  /** What was told, in order. */
  readonly seen: readonly string[];
}

function start(images: TinyImages, containerDefinitions: readonly unknown[]): Started {
  const seen: string[] = [];
  const parsed = taskDefinitionInput.parse({ family: "tiny", containerDefinitions });
  const definition: TaskDefinition = {
    ...parsed,
    taskDefinitionArn: "tiny:1",
    revision: 1,
    status: "ACTIVE",
    registeredAt: 0,
  };
  const task = startLocalTask({
    definition,
    pull: images.pull,
    secretOf: (name) => name,
    env: {},
    takePort: freePort,
    logFile: (name) => join(images.folder, `${name}.log`),
    pace: 20,
    onRunning: () => seen.push("running"),
    onHealth: (health) => seen.push(health),
    onStopped: ({ stopCode, reason }) => seen.push(`${stopCode}: ${reason}`),
  });
  return { task, seen };
}

async function log({ folder }: TinyImages, name: string): Promise<string> {
  return await Deno.readTextFile(join(folder, `${name}.log`));
}
