/**
 * Does in a folder what the image's builder does: copies what a stage copies, and runs what it
 * runs. What comes out is the content of the image, without the image.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { runCommand } from "../../dev/services/run_command.ts";
import { execForm, type Instruction, parseDockerfile, stageOf } from "./dockerfile.ts";

/** From where to where. */
export interface AssembleOptions {
  /** The root of the checkout. */
  readonly root: string;
  /** Stands for `/app`. It exists and is empty. */
  readonly folder: string;
}

/** What the image says about itself, in its own paths: `/app`, `/deno-dir`, `/bin/deno`. */
export interface AssembledImage {
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Assembles the image of a service. Throws with the output of a step that fails. */
export async function assemble(
  service: string,
  { root, folder }: AssembleOptions,
): Promise<AssembledImage> {
  const text = await Deno.readTextFile(join(root, "deploy/docker/Dockerfile"));
  const instructions = parseDockerfile(text);
  const stage = stageOf(instructions, service);
  if (stage.length === 0) throw new Error(`Cannot assemble "${service}": it has no stage`);
  await perform(stage, { root, folder, instructions });
  const variables = stage.filter(({ name }) => name === "ENV").map(({ text }) =>
    variablesOf(text.split(/\s+/))
  );
  const entrypoint = stage.findLast(({ name }) => name === "ENTRYPOINT");
  return {
    entrypoint: (entrypoint && execForm(entrypoint)) ?? [],
    env: Object.assign({}, ...variables),
  };
}

interface PerformOptions extends AssembleOptions {
  /** The whole Dockerfile, for stages that are copied from. */
  readonly instructions: readonly Instruction[];
}

async function perform(stage: readonly Instruction[], options: PerformOptions): Promise<void> {
  for (const instruction of stage) {
    if (instruction.name === "COPY") await copy(instruction.text, options);
    if (instruction.name !== "RUN") continue;
    const [, ...args] = execForm(instruction) ?? [];
    // Other steps change the image's own cache, for which the machine's stands here.
    if (args[0] !== "install") continue;
    await runCommand([Deno.execPath(), ...args], {
      cwd: options.folder,
      env: { NO_COLOR: "1" },
    });
  }
}

/** Tests are kept out of images by .dockerignore. */
const IGNORED = /_test\.ts$/;

async function copy(text: string, options: PerformOptions): Promise<void> {
  const { root, folder, instructions } = options;
  const other = /^--from=(?<stage>\S+) (?<path>\S+)/.exec(text)?.groups;
  if (other) {
    // Of what another stage made, only the cache is not wanted here.
    if (other.path === "/app") await perform(stageOf(instructions, other.stage ?? ""), options);
    return;
  }
  const paths = text.split(/\s+/);
  const target = paths.pop() ?? "";
  for (const path of paths) {
    const from = join(root, path);
    const isFolder = (await Deno.stat(from)).isDirectory;
    const to = isFolder ? join(folder, target) : join(folder, target, path.split("/").at(-1) ?? "");
    if (isFolder) await copyFolder(from, to);
    else await copyFile(from, to);
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (IGNORED.test(name)) continue;
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await copyFile(join(from, name), join(to, name));
  }
}

/** Copies a file to where no folder may be yet. */
export async function copyFile(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
}

/** Reads `NAME=value` pairs, as images have them. */
export function variablesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const end = pair.indexOf("=");
    return [pair.slice(0, end), pair.slice(end + 1)];
  }));
}
