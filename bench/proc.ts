/**
 * What Linux says of another process: its memory and its processor time.
 *
 * @module
 */

const CLOCK_TICKS_PER_SECOND = 100;

/** Resident memory. */
export async function residentMbOf(pid: number): Promise<number> {
  const status = await readProc(pid, "status");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Processor time so far, all threads together, to 10 ms. */
export async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readProc(pid, "stat");
  // Behind the name, which may hold spaces: state is field 3, user and system time are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND * 1000;
}

/** By another program: Deno opens `/proc` only to a process that may do everything. */
async function readProc(pid: number, file: string): Promise<string> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/${file}`] }).output();
  return new TextDecoder().decode(stdout);
}
