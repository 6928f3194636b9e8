/**
 * Images of a few lines, for tasks that are quick to start and to end.
 *
 * @module
 */

import { join } from "node:path";
import type { Image } from "../../../deploy/local/images/image_store.ts";

/** Images by their names. Disposing removes them. */
export interface TinyImages extends AsyncDisposable {
  /** For logs and the like. */
  readonly folder: string;
  pull(reference: string): Promise<Image | undefined>;
}

/** Makes an image of each program. */
export async function tinyImages(
  programs: Readonly<Record<string, string>>,
): Promise<TinyImages> {
  const folder = await Deno.makeTempDir({ prefix: "cauce_tiny_images_" });
  for (const [name, program] of Object.entries(programs)) {
    await Deno.writeTextFile(join(folder, `${name}.ts`), program);
  }
  return {
    folder,
    pull: (reference) =>
      Promise.resolve(
        reference in programs
          ? {
            folder,
            env: {},
            entrypoint: ["/bin/deno", "run", "--quiet", "--allow-all", `${reference}.ts`],
          }
          : undefined,
      ),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
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
