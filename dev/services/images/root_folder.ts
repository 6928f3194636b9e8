/**
 * The root of an image, put together from single files and imported into the engine.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { runCommand } from "../run_command.ts";

/** A folder that becomes the root of an image. */
export interface RootFolder extends AsyncDisposable {
  readonly path: string;
  /** Copies what a program or library is linked with; this may lie in further folders too. */
  addLibrariesOf(program: string, libraries?: string): Promise<void>;
  /** Copies a file or a folder. */
  add(source: string, target: string): Promise<void>;
  /** Writes a file. */
  write(target: string, text: string, mode?: number): Promise<void>;
  /** Makes the image. `changes` are lines of a Dockerfile. */
  toImage(image: string, changes: readonly string[]): Promise<void>;
}

/** Makes an empty root with the folders that programs expect. */
export async function createRootFolder(): Promise<RootFolder> {
  const path = await Deno.makeTempDir({ prefix: "cauce-image-" });
  const root: RootFolder = {
    path,
    async addLibrariesOf(program, libraries = "") {
      const script = 'export LD_LIBRARY_PATH="$1"; ldd "$2"';
      const linked = await runCommand(["sh", "-c", script, "sh", libraries, program]);
      for (const [, library = ""] of linked.matchAll(/(?:=> )?(\/\S+) \(0x/g)) {
        if (library.startsWith(path)) continue;
        // In one folder, wherever they came from; only the loader is looked for by its path.
        const isLoader = library.includes("/ld-");
        await root.add(library, isLoader ? library : join("/lib", basename(library)));
      }
    },
    async add(source, target) {
      const to = join(path, target);
      await Deno.mkdir(dirname(to), { recursive: true });
      // Times stay: an archive of classes fits only jars of the same age.
      await runCommand(["cp", "-RL", "--preserve=mode,timestamps", source, to]);
    },
    async write(target, text, mode = 0o644) {
      const to = join(path, target);
      await Deno.mkdir(dirname(to), { recursive: true });
      await Deno.writeTextFile(to, text, { mode });
      await Deno.chmod(to, mode);
    },
    async toImage(image, changes) {
      const flags = changes.flatMap((line) => ["--change", line]);
      const script = 'folder=$1; shift; tar -C "$folder" -c . | docker import "$@"';
      await runCommand(["sh", "-c", script, "sh", path, ...flags, "-", image]);
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
    },
  };
  for (const folder of ["tmp", "etc", "data", "proc", "sys", "dev"]) {
    await Deno.mkdir(join(path, folder));
  }
  await Deno.chmod(join(path, "tmp"), 0o1777);
  await root.write("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n");
  await root.write("/etc/hosts", "127.0.0.1 localhost\n");
  await root.write("/etc/nsswitch.conf", "hosts: files dns\n");
  return root;
}
