/**
 * What Linux says of another process: its memory and its processor time.
 *
 * @module
 */

/** Resident memory. */
export async function residentMbOf(pid: number): Promise<number> {
  const status = await readProc(pid, "status");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Processor time so far of the threads that are there, as the scheduler counts it. */
export async function cpuMsOf(pid: number): Promise<number> {
  const threads = await readProc(pid, "task/*/schedstat");
  return threads.trim().split("\n")
    .reduce((sum, line) => sum + Number(line.split(" ")[0]) / 1e6, 0);
}

/** By another program: Deno opens `/proc` only to a process that may do everything. */
async function readProc(pid: number, files: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", `cat /proc/${pid}/${files}`] })
    .output();
  return new TextDecoder().decode(stdout);
}
