/**
 * The npm package of `messaging/`.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { runCommand } from "../services/run_command.ts";
import { convertModule, textModule } from "./convert.ts";
import { finishManifest, type Manifest } from "./manifest.ts";

const ROOT = join(import.meta.dirname ?? ".", "..", "..");
const README = join(import.meta.dirname ?? ".", "README.md");

/** Where to, and how strictly. */
export interface PackOptions {
  /** Made where it is missing. */
  readonly folder: string;
  /** Pack even what is not committed. */
  readonly allowDirty?: boolean;
}

/** Writes the tarball and returns its path. */
export async function packMessaging({ folder, allowDirty }: PackOptions): Promise<string> {
  const work = await Deno.makeTempDir({ prefix: "cauce-pack-" });
  try {
    const packed = join(work, "packed.tgz");
    await runCommand([
      ...["deno", "pack", "--quiet", "--no-source-maps", "--ignore=**/*_test.ts"],
      ...(allowDirty ? ["--allow-dirty"] : []),
      ...["--output", packed],
    ], { cwd: join(ROOT, "messaging") });
    await runCommand(["tar", "-xzf", packed, "-C", work]);
    const content = join(work, "package");
    const { name, version } = await finish(content);
    await Deno.mkdir(folder, { recursive: true });
    const file = `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
    const tarball = resolve(folder, file);
    await runCommand(["tar", "-czf", tarball, "-C", work, "package"]);
    return tarball;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function finish(content: string): Promise<Manifest> {
  const texts = new Set<string>();
  for await (const file of modulesBelow(content)) {
    const converted = await convertModule(await Deno.readTextFile(file));
    await Deno.writeTextFile(file, converted.code);
    for (const text of converted.texts) texts.add(join(dirname(file), text));
  }
  for (const file of texts) {
    await Deno.writeTextFile(`${file}.js`, textModule(await Deno.readTextFile(file)));
    await Deno.remove(file);
  }
  await Deno.copyFile(join(ROOT, "LICENSE"), join(content, "LICENSE"));
  await Deno.copyFile(README, join(content, "README.md"));
  const manifestFile = join(content, "package.json");
  const manifest: Manifest = JSON.parse(await Deno.readTextFile(manifestFile));
  const { imports } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const finished = finishManifest(manifest, imports);
  await Deno.writeTextFile(manifestFile, `${JSON.stringify(finished, undefined, 2)}\n`);
  return manifest;
}

async function* modulesBelow(folder: string): AsyncIterable<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* modulesBelow(path);
    else if (name.endsWith(".js")) yield path;
  }
}
