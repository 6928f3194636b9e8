/**
 * A folder that becomes an image of any architecture: old engines give what they import their own.
 *
 * @module
 */

import { join } from "node:path";
import { runCommand } from "../run_command.ts";

/** What the image is to be. */
export interface LoadImageOptions {
  /** `name:tag` */
  readonly image: string;
  /** As engines call it. */
  readonly architecture: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
}

/** Packs the root of an image as `docker save` would have, and loads it. All in it is root's. */
export async function loadImage(root: string, options: LoadImageOptions): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "cauce-image-" });
  try {
    const layer = join(folder, "layer.tar");
    const owner = ["--owner=0", "--group=0", "--numeric-owner"];
    await runCommand(["tar", "-C", root, ...owner, "-cf", layer, "."]);
    const [digest] = (await runCommand(["sha256sum", layer])).split(" ");
    const config = {
      os: "linux",
      architecture: options.architecture,
      config: { Env: options.env, Entrypoint: options.entrypoint },
      rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
    };
    const manifest = [
      { Config: "config.json", RepoTags: [options.image], Layers: ["layer.tar"] },
    ];
    await Deno.writeTextFile(join(folder, "config.json"), JSON.stringify(config));
    await Deno.writeTextFile(join(folder, "manifest.json"), JSON.stringify(manifest));
    await runCommand(["sh", "-c", 'tar -C "$1" -c . | docker load --quiet', "sh", folder]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
