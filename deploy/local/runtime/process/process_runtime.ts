/**
 * The runtime that needs no container engine: an image is a folder under the digest of its content,
 * filled as the Dockerfile says, and a container is a local process.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { exists } from "../../../../dev/services/cache_folder.ts";
import { assemble, type AssembledImage, copyFile } from "../../../docker/assemble.ts";
import type { Runtime } from "../runtime.ts";
import { type ImageFolder, processImage } from "./process_image.ts";

/** Opens the runtime whose images live in a folder. */
export function openProcessRuntime(store: string): Runtime {
  async function push(
    name: string,
    fill: (app: string) => Promise<AssembledImage>,
  ): Promise<string> {
    await Deno.mkdir(store, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: store, prefix: "building_" });
    const image = await fill(join(folder, "app"));
    await Deno.writeTextFile(join(folder, "image.json"), JSON.stringify(image, null, 2));
    const digest = await digestOf(folder);
    const place = join(store, digest);
    if (await exists(place)) await Deno.remove(folder, { recursive: true });
    else await Deno.rename(folder, place);
    return `${name}@sha256:${digest}`;
  }

  async function find(reference: string): Promise<ImageFolder | undefined> {
    const digest = /@sha256:([0-9a-f]{64})$/.exec(reference)?.[1];
    if (!digest || !await exists(join(store, digest))) return undefined;
    const text = await Deno.readTextFile(join(store, digest, "image.json"));
    return { ...JSON.parse(text) as AssembledImage, folder: join(store, digest, "app") };
  }

  return {
    async pull(reference) {
      const image = await find(reference);
      return image && processImage(image);
    },
    build: (service, { root }) =>
      push(`local/cauce-${service}`, async (app) => {
        await Deno.mkdir(app);
        return await assemble(service, { root, folder: app });
      }),
    async derive({ from, env, entrypoint, files = {} }) {
      const base = await find(from);
      if (!base) throw new Error(`Cannot derive an image from "${from}": nobody pushed it`);
      return await push(from.replace(/@.*/, ""), async (app) => {
        await copyTree(base.folder, app);
        for (const [path, file] of Object.entries(files)) await copyFile(file, join(app, path));
        return {
          entrypoint: entrypoint ?? base.entrypoint,
          env: { ...base.env, ...env },
        };
      });
    },
  };
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of await filesOf(folder)) {
    const content = await Deno.readFile(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

async function filesOf(folder: string, below = ""): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    if (isDirectory) files.push(...await filesOf(folder, join(below, name)));
    else files.push(join(below, name));
  }
  return files.sort();
}

async function copyTree(from: string, to: string): Promise<void> {
  for (const file of await filesOf(from)) await copyFile(join(from, file), join(to, file));
}
