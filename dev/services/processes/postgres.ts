/**
 * PostgreSQL as a local process.
 *
 * @module
 */

import { join } from "node:path";
import { freePort } from "../free_port.ts";
import { findProgram, runCommand } from "../run_command.ts";
import type { StartedService, Starter, StartOptions } from "../service.ts";
import { serviceFolder, startLocalService } from "./local_service.ts";

/** Where Debian, Red Hat and Homebrew keep what they do not put on the PATH. */
const FOLDERS = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql*/bin",
];

/** Runs the PostgreSQL that is installed, in a folder of its own. */
export const postgresProcess: Starter = {
  async missing() {
    if (await findBinaries()) return undefined;
    return "no PostgreSQL server; install one (apt-get install postgresql), or Docker";
  },
  start: (_options: StartOptions) => startLocalPostgres(),
};

/** A server's folder, before the server starts. */
export interface PostgresPlace {
  /** Removed at the end. */
  readonly folder: string;
  /** What initdb made, `pg_hba.conf` among it. */
  readonly data: string;
  /** Who runs the server and must own what it reads; nobody else than us if absent. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Starts one. `prepare` may change what is in its folder, and returns settings: `["ssl=on"]`.
 * Whoever comes is the superuser, unless it says otherwise.
 */
export async function startLocalPostgres(
  prepare: (place: PostgresPlace) => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<StartedService> {
  const binaries = await findBinaries();
  if (!binaries) throw new Error("Cannot start PostgreSQL: it is not installed");
  const folder = await serviceFolder("postgres");
  const user = await unprivilegedUser();
  if (user) await Deno.chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const port = freePort();
  await runCommand([
    ...[join(binaries, "initdb"), "--pgdata", data, "--username=postgres", "--auth=trust"],
    ...["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"],
  ], { cwd: folder, ...user });
  const settings = await prepare({ folder, data, user });
  return await startLocalService({
    address: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    folder,
    ...user,
    command: [
      ...[join(binaries, "postgres"), "-D", data, "-p", String(port), "-k", folder],
      ...["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"],
      // The data is thrown away: nothing has to survive the machine, only the process.
      ...["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB"],
      ...settings.flatMap((setting) => ["-c", setting]),
    ],
    readyText: "database system is ready to accept connections",
    // Ends the children and gives the shared memory back, unlike SIGKILL.
    endSignal: "SIGQUIT",
  });
}

async function findBinaries(): Promise<string | undefined> {
  // The glob is the shell's; the newest version comes last.
  const script = `ls -d ${FOLDERS.join(" ")} 2>/dev/null | sort -V | tail -n 1`;
  const folder = (await runCommand(["sh", "-c", script])).trim();
  if (folder) return folder;
  return (await findProgram("postgres"))?.replace(/\/postgres$/, "");
}

/** PostgreSQL refuses to run as root. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const passwd = await Deno.readTextFile("/etc/passwd");
  const entry = /^(?:postgres|nobody):[^:]*:(\d+):(\d+):/m.exec(passwd);
  if (!entry) throw new Error("Cannot start PostgreSQL as root: no user postgres or nobody");
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}
