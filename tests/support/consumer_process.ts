/**
 * A member of a scene's group in a process of its own, to be killed by a message, and frozen.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { type FaultScene, GROUP } from "./fault_scene.ts";
import { startServiceProcess } from "./processes.ts";
import type { Delivered } from "./recorder.ts";

/** The beginning of the keys whose messages kill the process that handles them. */
export const FATAL_PREFIX = "fatal";

const REPORT = "handling ";

/** A process whose deliveries are the scene's. */
export interface ConsumerProcess extends AsyncDisposable {
  /** How many handlers began there. */
  handled(): number;
  /** Resolves at its death with the message that killed it. */
  died(): Promise<Delivered>;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
}

/** Starts it; resolves when its binding runs. */
export async function startConsumerProcess(scene: FaultScene): Promise<ConsumerProcess> {
  const { world, address, channelName, recorder } = scene;
  const process = await startServiceProcess({
    args: [
      ...["run", "--no-prompt", "--permission-set=services", "--config=tests/deno.json"],
      ...["tests/support/fault_consumer.ts", channelName, GROUP, FATAL_PREFIX],
    ],
    env: { ...world.env(address), MESSAGING_BINDER: world.name },
    readyLine: "consumes",
  });
  const reports = (from = 0) => process.lines.slice(from).filter((line) => line.startsWith(REPORT));
  const parse = (line: string): Delivered => JSON.parse(line.slice(REPORT.length));
  let read = 0;
  recorder.follow(() => {
    const news = reports(read).map(parse);
    read = process.lines.length;
    return news;
  });
  return {
    handled: () => reports().length,
    async died() {
      const { signal } = await process.status;
      strictEqual(signal, "SIGKILL");
      const last = reports().at(-1);
      if (last === undefined) throw new Error("Cannot tell what it handled: it said nothing");
      return parse(last);
    },
    signal: (name) => process.signal(name),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
