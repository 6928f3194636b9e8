/**
 * The runtime that runs images in a container engine, by its program `docker`: what an image
 * isolates, its user, its root and its limits, is rehearsed too.
 *
 * @module
 */

import { join } from "node:path";
import { runCommand } from "../../../../dev/services/run_command.ts";
import { copyFile, variablesOf } from "../../../docker/assemble.ts";
import { whyNoEngine } from "../../../docker/engine.ts";
import { buildImage } from "../../../docker/build_image.ts";
import type { DerivedImage, Runtime } from "../runtime.ts";
import { dockerImage, type EngineImage, readMachine } from "./docker_image.ts";

/** Opens the runtime. Throws where no engine is of use. */
export async function openDockerRuntime(): Promise<Runtime> {
  const why = await whyNoEngine();
  if (why) throw new Error(`Cannot run containers: ${why}`);
  const machine = await readMachine();
  return {
    async pull(reference) {
      const image = await find(reference);
      return image && dockerImage(image, machine);
    },
    async build(service, { root }) {
      return await push(`local/cauce-${service}`, await buildImage(service, { root }));
    },
    async derive(image) {
      if (!await find(image.from)) {
        throw new Error(`Cannot derive an image from "${image.from}": nobody pushed it`);
      }
      return await push(image.from.replace(/@.*/, ""), await buildDerived(image));
    },
  };
}

/** An image's ID is the digest of its content, so it serves as one. The tag keeps it from pruning. */
async function push(name: string, id: string): Promise<string> {
  await runCommand(["docker", "tag", id, tagOf(`${name}@${id}`)]);
  return `${name}@${id}`;
}

function tagOf(reference: string): string {
  return reference.replace("@sha256:", ":");
}

async function find(reference: string): Promise<EngineImage | undefined> {
  const [, id] = /@(sha256:[0-9a-f]{64})$/.exec(reference) ?? [];
  if (!id) return undefined;
  const inspect = ["docker", "image", "inspect", "--format={{json .Config.Env}}", id];
  // The engine has it, or it was never pushed here.
  const output = await runCommand(inspect).catch(() => {});
  if (!output) return undefined;
  return { id, env: variablesOf(JSON.parse(output) ?? []) };
}

async function buildDerived(
  { from, env = {}, entrypoint, files = {} }: DerivedImage,
): Promise<string> {
  const context = await Deno.makeTempDir({ prefix: "cauce_derived_" });
  try {
    await Deno.mkdir(join(context, "files"));
    for (const [path, file] of Object.entries(files)) {
      await copyFile(file, join(context, "files", path));
    }
    const lines = [
      `FROM ${tagOf(from)}`,
      "COPY files/ /app/",
      ...Object.entries(env).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
      ...(entrypoint ? [`ENTRYPOINT ${JSON.stringify(entrypoint)}`] : []),
    ];
    await Deno.writeTextFile(join(context, "Dockerfile"), lines.join("\n"));
    const output = await runCommand(["docker", "build", "--quiet", context]);
    return output.trim().split("\n").at(-1) ?? "";
  } finally {
    await Deno.remove(context, { recursive: true });
  }
}
