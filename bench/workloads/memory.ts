/**
 * Memory: a process of its own works through a backlog with a handler that takes its time.
 *
 * @module
 */

/** What is worked through. */
export interface MemoryOptions {
  readonly binder: string;
  readonly address: string;
  /** Holds the backlog. */
  readonly destination: string;
  readonly messages: number;
}

/** Resident memory of the process, in MB. */
export interface Memory {
  /** At most, while it handled the first tenth of the backlog. */
  readonly firstTenthMb: number;
  /** At most, from then on. */
  readonly laterMb: number;
}

/** Runs the consumer to the end of the backlog. */
export async function measureMemory(
  { binder, address, destination, messages }: MemoryOptions,
): Promise<Memory> {
  const program = new URL("../slow_consumer.ts", import.meta.url);
  const config = new URL("../../tests/deno.json", import.meta.url);
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `--config=${config.pathname}`,
      "--permission-set=services",
      program.pathname,
      binder,
      address,
      destination,
      String(messages),
    ],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot measure memory on ${binder}: the consumer failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
