/**
 * A member of a scene's group in a process of its own, which a message can kill.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { type FaultScene, GROUP } from "./fault_scene.ts";
import type { Numbered } from "./order_checker.ts";
import { startServiceProcess } from "./processes.ts";

/** The beginning of the keys whose messages kill the process that handles them. */
export const FATAL_PREFIX = "fatal";

/** A process that will die. */
export interface DyingConsumer extends AsyncDisposable {
  /** How many handlers began there. */
  handled(): number;
  /** Resolves at its death with the message that killed it; the scene then knows what it handled. */
  died(): Promise<Numbered>;
}

/** Starts it; resolves when its binding runs. */
export async function startDyingConsumer(scene: FaultScene): Promise<DyingConsumer> {
  const { world, address, channelName, recorder } = scene;
  const process = await startServiceProcess({
    args: [
      ...["run", "--no-prompt", "--permission-set=services", "--config=tests/deno.json"],
      ...["tests/support/dying_consumer.ts", channelName, GROUP, FATAL_PREFIX],
    ],
    env: { ...world.env(address), MESSAGING_BINDER: world.name },
    readyLine: "consumes",
  });
  const reports = () => process.lines.filter((line) => line.startsWith("handling "));
  return {
    handled: () => reports().length,
    async died() {
      const { signal } = await process.status;
      strictEqual(signal, "SIGKILL");
      let last: Numbered | undefined;
      for (const line of reports()) {
        const [, key = "", sequence, at] = line.split(" ");
        last = { key, sequence: Number(sequence) };
        recorder.deliver(last, Number(at));
      }
      if (last === undefined) throw new Error("Cannot tell what it handled: it said nothing");
      return last;
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
