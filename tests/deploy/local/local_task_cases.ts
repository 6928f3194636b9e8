/**
 * What a task does whatever runs its containers: each runtime plays all of these cases.
 *
 * @module
 */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { until } from "../../support/until.ts";
import { logOf, startTask } from "./start_task.ts";
import { entryPointOf, STAYS, STUBBORN, type TinyImages } from "./tiny_images.ts";

/** A case that needs nothing but images. */
export interface LocalTaskCase {
  readonly title: string;
  run(tinyImages: MakeImages): Promise<void>;
}

/** Makes an image of each program, for one runtime. */
export type MakeImages = (programs: Readonly<Record<string, string>>) => Promise<TinyImages>;

/** The cases. */
export const LOCAL_TASK_CASES: readonly LocalTaskCase[] = [
  {
    title: "a task runs, is told to stop by SIGTERM and ends with the container's own code",
    async run(tinyImages) {
      await using images = await tinyImages({ stays: STAYS });
      const { task, seen } = startTask(images, [{ name: "main", image: "stays" }]);
      await until(async () => (await logOf(images, "main")).includes("stays"), "the program");

      task.stop("the test is over");
      await task.ended;

      deepStrictEqual(seen, ["running", "UserInitiated: the test is over"]);
      strictEqual(task.containers[0]?.exitCode, 0);
    },
  },

  {
    title: "a container that takes no notice of SIGTERM is killed after its stop timeout",
    async run(tinyImages) {
      await using images = await tinyImages({ stubborn: STUBBORN });
      const { task } = startTask(images, [{ name: "main", image: "stubborn", stopTimeout: 1 }]);
      await until(async () => (await logOf(images, "main")).includes("stays"), "the program");

      const begun = performance.now();
      task.stop("the test is over");
      await task.ended;

      strictEqual(task.containers[0]?.exitCode, 137);
      match(await logOf(images, "main"), /no/);
      strictEqual(performance.now() - begun >= 1000, true);
    },
  },

  {
    title: "a task ends with its essential container, and its sidecar with it",
    async run(tinyImages) {
      await using images = await tinyImages({ ends: "Deno.exit(3);", stays: STAYS });
      const { task, seen } = startTask(images, [
        { name: "main", image: "ends" },
        { name: "sidecar", image: "stays", essential: false },
      ]);

      await task.ended;

      deepStrictEqual(seen, [
        "running",
        'EssentialContainerExited: Essential container in task exited: "main" with 3',
      ]);
      deepStrictEqual(task.containers.map(({ lastStatus }) => lastStatus), ["STOPPED", "STOPPED"]);
    },
  },

  {
    title: "a task goes on when a container that is not essential ends",
    async run(tinyImages) {
      await using images = await tinyImages({ ends: "Deno.exit(3);", stays: STAYS });
      const { task, seen } = startTask(images, [
        { name: "main", image: "stays" },
        { name: "sidecar", image: "ends", essential: false },
      ]);

      await until(() => task.containers[1]?.exitCode === 3, "the end of the sidecar");

      deepStrictEqual(seen, ["running"]);
      task.stop("the test is over");
      await task.ended;
    },
  },

  {
    title: "a container waits until what it depends on has succeeded",
    async run(tinyImages) {
      await using images = await tinyImages({
        migrates: `await new Promise((done) => setTimeout(done, 300));`,
        stays: STAYS,
      });
      const { task, seen } = startTask(images, [
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
    },
  },

  {
    title: "a task fails to start when what it depends on fails",
    async run(tinyImages) {
      await using images = await tinyImages({ ends: "Deno.exit(9);", stays: STAYS });
      const { task, seen } = startTask(images, [
        { name: "migration", image: "ends", essential: false },
        {
          name: "main",
          image: "stays",
          dependsOn: [{ containerName: "migration", condition: "SUCCESS" }],
        },
      ]);

      await task.ended;

      match(seen[0] ?? "", /^TaskFailedToStart: .*"migration" exited with 9, and SUCCESS is asked/);
    },
  },

  {
    title: "a task tells how much processor time it has used",
    async run(tinyImages) {
      await using images = await tinyImages({
        works: `while (process.cpuUsage().user < 300_000); ${STAYS}`,
      });
      const { task } = startTask(images, [{ name: "main", image: "works" }]);

      await until(async () => (await task.processorSeconds() ?? 0) >= 0.1, "a tenth of a second");

      task.stop("the test is over");
      await task.ended;
    },
  },
  {
    title: "a task whose image nobody pushed fails to start, and says which",
    async run(tinyImages) {
      await using images = await tinyImages({});
      const { task, seen } = startTask(images, [{ name: "main", image: "nowhere" }]);

      await task.ended;

      deepStrictEqual(seen, ["TaskFailedToStart: CannotPullContainerError: nowhere: not found"]);
    },
  },

  {
    title: "a container's health check is run in its image, at its port",
    async run(tinyImages) {
      const program = (status: number) => `
Deno.serve({ port: Number(Deno.env.get("PORT")), onListen() {} }, () =>
  new Response(null, { status: ${status} }));
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));`;
      await using images = await tinyImages({
        good: program(200),
        bad: program(500),
      });
      const check = `Deno.exit((await fetch("http://127.0.0.1:80/")).ok ? 0 : 1);`;
      const healthCheck = { command: ["CMD", ...entryPointOf(check)], interval: 5 };
      const container = {
        name: "main",
        portMappings: [{ containerPort: 80 }],
        environment: [{ name: "PORT", value: "80" }],
      };

      // The good one may be slow to listen; the bad one is found out at once.
      const tasks = [["good", 10], ["bad", 1]].map(([image, retries]) =>
        startTask(images, [{ ...container, image, healthCheck: { ...healthCheck, retries } }])
      );
      await until(() => tasks.every(({ seen }) => seen.length > 1), "both checks");

      deepStrictEqual(tasks.map(({ seen }) => seen), [["running", "healthy"], [
        "running",
        "unhealthy",
      ]]);
      for (const { task } of tasks) task.stop("the test is over");
      await Promise.all(tasks.map(({ task }) => task.ended));
    },
  },
];
