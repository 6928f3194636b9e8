/**
 * A disk that fills up: a file system of a megabyte or two, which one process alone sees.
 *
 * @module
 */

/** A way to start a process whose folder is a small disk. */
export interface TinyDisk {
  /** What `startServiceProcess` is to run `deno` within. */
  readonly within: readonly string[];
}

const BALLAST = "ballast";

/** Whether this system lets a process have a file system of its own. */
export async function canMount(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const [program = "", ...args] = [...UNSHARE, "true"];
  const { success } = await new Deno.Command(program, { args, stderr: "null" }).output()
    .catch(() => ({ success: false }));
  return success;
}

/** In namespaces of its own a process may mount without being root. */
const UNSHARE = ["unshare", "--user", "--map-root-user", "--mount"] as const;

/** Puts a disk of some kibibytes at the folder, and a ballast of some onto it. */
export function tinyDisk(
  folder: string,
  { size, ballast }: { readonly size: number; readonly ballast: number },
): TinyDisk {
  const script = [
    'mount -t tmpfs -o size="$1"k tmpfs "$0"',
    `head -c "$2"k /dev/zero > "$0/${BALLAST}"`,
    "shift 2",
    'exec "$@"',
  ].join(" && ");
  return { within: [...UNSHARE, "sh", "-c", script, folder, String(size), String(ballast)] };
}

/** Makes room on the disk of a process. */
export async function removeBallast(folder: string, pid: number): Promise<void> {
  await Deno.remove(`/proc/${pid}/root${folder}/${BALLAST}`);
}
