/**
 * How much processor time a process and its children have used.
 *
 * @module
 */

import { runCommand } from "../../../dev/services/run_command.ts";

/** Kernel ticks a second, wherever Deno runs. */
const TICKS = 100;

/** Returns it in seconds. Only Linux tells; `undefined` elsewhere and once the process is gone. */
export async function processorSeconds(pid: number): Promise<number | undefined> {
  try {
    return await secondsOf(pid);
  } catch {
    // The process ended meanwhile, or there is no /proc.
    return undefined;
  }
}

// Deno lets nobody read about other processes who may not do everything; `cat` may.
const READ = 'cat "/proc/$1/stat" "/proc/$1/task/$1/children"';

async function secondsOf(pid: number): Promise<number> {
  const text = await runCommand(["sh", "-c", READ, "sh", String(pid)]);
  const [stat = "", children = ""] = text.split("\n");
  // The second field, a name in parentheses, may have blanks in it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const own = (Number(fields[11]) + Number(fields[12])) / TICKS;
  const others = await Promise.all(children.split(" ").filter(Boolean).map(Number).map(secondsOf));
  return others.reduce((sum, seconds) => sum + seconds, own);
}
