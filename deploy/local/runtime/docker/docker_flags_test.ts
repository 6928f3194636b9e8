import { deepStrictEqual, ok } from "node:assert/strict";
import { taskDefinitionInput } from "../../ecs/task_definition.ts";
import type { ContainerPlan } from "../runtime.ts";
import { createArguments, createFlags } from "./docker_flags.ts";

const IMAGE = {
  imageEnv: { PATH: "/bin", PORT: "8080" },
  machine: { processors: 2, openFiles: 4096 },
};

Deno.test("createFlags() isolates a container as its definition says", () => {
  const { flags } = createFlags(
    plan({
      user: "65532:65532",
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 4096 }],
    }),
    IMAGE,
  );

  for (
    const flag of [
      ...["--user=65532:65532", "--read-only", "--init", "--cap-drop=ALL"],
      ...["--ulimit=nofile=1024:4096", "--cpus=0.5", "--memory=512m"],
    ]
  ) ok(flags.includes(flag), `${flag} is not among ${flags}`);
});

Deno.test("createFlags() asks for no more than the machine has", () => {
  const ulimits = [{ name: "nofile", softLimit: 65536, hardLimit: 65536 }];
  const { flags } = createFlags({ ...plan({ ulimits }), limits: { cpus: 4 } }, IMAGE);

  deepStrictEqual(
    flags.filter((flag) => /^--(cpus|ulimit)/.test(flag)),
    ["--ulimit=nofile=4096:4096", "--cpus=2"],
  );
});

Deno.test("createFlags() shows no value of the environment on the command line", () => {
  const { flags, env } = createFlags({ ...plan({}), secrets: { PASSWORD: "hidden" } }, IMAGE);

  deepStrictEqual(flags.filter((flag) => flag.includes("PASSWORD")), ["--env=PASSWORD"]);
  ok(!flags.join().includes("hidden"));
  deepStrictEqual(env["PASSWORD"], "hidden");
});

Deno.test("createFlags() leaves what the image sets, and gives it ports of this machine", () => {
  const { flags, env } = createFlags(plan({}), IMAGE);

  ok(!flags.includes("--env=PATH"));
  deepStrictEqual(env["PORT"], "18080");
});

Deno.test("createFlags() keeps from the engine's program what it would read itself", () => {
  const { flags, env } = createFlags({ ...plan({}), secrets: { DOCKER_HOST: "elsewhere" } }, IMAGE);

  ok(flags.includes("--env=DOCKER_HOST=elsewhere"));
  deepStrictEqual(env["DOCKER_HOST"], undefined);
});

Deno.test("an entry point of the definition takes the image's place, with its arguments", () => {
  const planned = plan({ entryPoint: ["/bin/deno", "run"], command: ["main.ts"] });

  ok(createFlags(planned, IMAGE).flags.includes("--entrypoint=/bin/deno"));
  deepStrictEqual(createArguments(planned), ["run", "main.ts"]);
  deepStrictEqual(createArguments({ ...planned, command: ["migrate.ts"] }), ["run", "migrate.ts"]);
});

function plan(container: Readonly<Record<string, unknown>>): ContainerPlan {
  const { containerDefinitions: [definition] } = taskDefinitionInput.parse({
    family: "some",
    containerDefinitions: [{ name: "some", image: "some", ...container }],
  });
  if (!definition) throw new TypeError("Cannot plan a container that is not there");
  return {
    definition,
    place: { hostPort: (port) => 10_000 + port, env: {} },
    secrets: {},
    limits: { cpus: 0.5, memoryMiB: 512 },
    logFile: "/dev/null",
  };
}
