/**
 * Images of a few lines, for tasks that are quick to start and to end. Nothing is built for them:
 * the program is in the command.
 *
 * @module
 */

import { baseImages } from "../../../deploy/docker/base_images.ts";
import { dockerImage, readMachine } from "../../../deploy/local/runtime/docker/docker_image.ts";
import { processImage } from "../../../deploy/local/runtime/process/process_image.ts";
import type { Image, Runtime } from "../../../deploy/local/runtime/runtime.ts";
import { runCommand } from "../../../dev/services/run_command.ts";

/** Images by their names. Disposing removes their logs. */
export interface TinyImages extends AsyncDisposable {
  /** For logs and the like. */
  readonly folder: string;
  readonly pull: Runtime["pull"];
}

/** Name of an image → its program. */
type Programs = Readonly<Record<string, string>>;

/** Makes an image of each program, for the process runtime. */
export function tinyFolders(programs: Programs): Promise<TinyImages> {
  return tinyImages(programs, (folder) => processImage({ folder, env: {}, entrypoint: [] }));
}

/** Makes them for the Docker runtime. */
export async function tinyEngineImages(programs: Programs): Promise<TinyImages> {
  const image = dockerImage({ id: await baseImageId(), env: {} }, await readMachine());
  return await tinyImages(programs, () => ({
    // Nobody has no home for Deno's cache.
    start: (plan) =>
      image.start({ ...plan, environment: { DENO_DIR: "/tmp/deno", ...plan.environment } }),
  }));
}

/** Returns the ID of the image that services run on. */
export async function baseImageId(): Promise<string> {
  const { run } = await baseImages();
  return (await runCommand(["docker", "image", "inspect", "--format={{.Id}}", run])).trim();
}

async function tinyImages(
  programs: Programs,
  imageIn: (folder: string) => Image,
): Promise<TinyImages> {
  const folder = await Deno.makeTempDir({ prefix: "cauce_tiny_images_" });
  const image = imageIn(folder);
  return {
    folder,
    pull(reference) {
      const program = programs[reference];
      return Promise.resolve(program === undefined ? undefined : runs(image, program));
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function runs(image: Image, program: string): Image {
  const defaults = { entryPoint: entryPointOf(program), user: "65532:65532" };
  return {
    start: (plan) => image.start({ ...plan, definition: { ...defaults, ...plan.definition } }),
  };
}

/** Returns the command that runs a program. */
export function entryPointOf(program: string): string[] {
  return ["/bin/deno", "eval", program];
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
