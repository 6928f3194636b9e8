/**
 * How much processor time a process and its children have used.
 *
 * @module
 */

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

async function secondsOf(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The second field, a name in parentheses, may have blanks in it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  const others = await Promise.all(children.split(" ").filter(Boolean).map(Number).map(secondsOf));
  const own = (Number(fields[11]) + Number(fields[12])) / TICKS;
  return others.reduce((sum, seconds) => sum + seconds, own);
}
