/**
 * Images for the process runtime: what a Dockerfile makes, as a folder under the digest of its
 * content. Like in a registry, what was pushed never changes.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { exists } from "../../../dev/services/cache_folder.ts";
import { assemble, type AssembledImage } from "../../docker/assemble.ts";

/** An image that can be run. */
export interface Image extends AssembledImage {
  /** Stands for `/app`. */
  readonly folder: string;
}

/** An image made from another one. */
export interface DerivedImage {
  readonly from: string;
  /** More of its environment: enough to be another version. */
  readonly env?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  /** Path in `/app` → a file to copy there. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Where images are pushed and pulled. */
export interface ImageStore {
  /** Builds the image of a service from a checkout; returns `name@sha256:…`. */
  build(service: string, options: { readonly root: string }): Promise<string>;
  /** Throws when there is no such image to derive from. */
  derive(image: DerivedImage): Promise<string>;
  /** `undefined` where nothing was pushed under that digest. */
  pull(reference: string): Promise<Image | undefined>;
}

/** Opens the store that lives in a folder. */
export function openImageStore(store: string): ImageStore {
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

  async function pull(reference: string): Promise<Image | undefined> {
    const digest = /@sha256:([0-9a-f]{64})$/.exec(reference)?.[1];
    if (!digest || !await exists(join(store, digest))) return undefined;
    const text = await Deno.readTextFile(join(store, digest, "image.json"));
    return { ...JSON.parse(text) as AssembledImage, folder: join(store, digest, "app") };
  }

  return {
    pull,
    build: (service, { root }) =>
      push(`local/cauce-${service}`, async (app) => {
        await Deno.mkdir(app);
        return await assemble(service, { root, folder: app });
      }),
    async derive({ from, env, entrypoint, files = {} }) {
      const base = await pull(from);
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

async function copyFile(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
}
