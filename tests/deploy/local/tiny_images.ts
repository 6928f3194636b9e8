/**
 * Images of a few lines, for tasks that are quick to start and to end.
 *
 * @module
 */

import { join } from "node:path";
import { dockerImage, readMachine } from "../../../deploy/local/runtime/docker/docker_image.ts";
import { processImage } from "../../../deploy/local/runtime/process/process_image.ts";
import type { Image, Runtime } from "../../../deploy/local/runtime/runtime.ts";
import { baseImages } from "../../../deploy/docker/base_images.ts";
import { runCommand } from "../../../dev/services/run_command.ts";

/** Images by their names. Disposing removes them. */
export interface TinyImages extends AsyncDisposable {
  /** For logs and the like. */
  readonly folder: string;
  readonly pull: Runtime["pull"];
  /** Of the engine's image that holds them all, where there is one. */
  readonly id?: string;
}

/** Name of an image → its program. */
type Programs = Readonly<Record<string, string>>;

/** Makes an image of each program, for the process runtime. */
export async function tinyFolders(programs: Programs): Promise<TinyImages> {
  const folder = await writePrograms(programs);
  const image = processImage({ folder, env: {}, entrypoint: [] });
  return {
    folder,
    pull: (reference) => Promise.resolve(runs(image, { reference, programs })),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Makes them for the Docker runtime: one image in the engine with all programs. */
export async function tinyEngineImages(programs: Programs): Promise<TinyImages> {
  const folder = await writePrograms(programs);
  const { run } = await baseImages();
  const lines = [`FROM ${run}`, "COPY . /app/", "USER 65532", "ENV DENO_DIR=/tmp/deno"];
  await Deno.writeTextFile(join(folder, "Dockerfile"), lines.join("\n"));
  const id = (await runCommand(["docker", "build", "--quiet", folder])).trim();
  const image = dockerImage({ id, env: {} }, await readMachine());
  return {
    folder,
    id,
    pull: (reference) => Promise.resolve(runs(image, { reference, programs })),
    async [Symbol.asyncDispose]() {
      // A test that failed may have left containers, and no image goes before them.
      const script = `docker ps -aq --filter "ancestor=$1" | xargs -r docker rm --force
        docker image rm --force "$1"`;
      await runCommand(["sh", "-c", script, "sh", id]);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function writePrograms(programs: Programs): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "cauce_tiny_images_" });
  for (const [name, program] of Object.entries(programs)) {
    await Deno.writeTextFile(join(folder, `${name}.ts`), program);
  }
  return folder;
}

/** All programs share an image, and their names are what differs. */
function runs(
  image: Image,
  { reference, programs }: { readonly reference: string; readonly programs: Programs },
): Image | undefined {
  if (!(reference in programs)) return undefined;
  const entryPoint = [...["/bin/deno", "run", "--quiet", "--allow-all"], `/app/${reference}.ts`];
  return {
    start: (plan) => image.start({ ...plan, definition: { entryPoint, ...plan.definition } }),
  };
}

/** Ends well on SIGTERM. */
export const STAYS = `
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
setInterval(() => {}, 1000);
console.log("stays");
`;

/** Takes no notice of SIGTERM. */
export const STUBBORN = `
Deno.addSignalListener("SIGTERM", () => console.log("no"));
setInterval(() => {}, 1000);
console.log("stays");
`;
