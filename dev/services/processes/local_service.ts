/**
 * What every service that runs as a local process shares: its folder, and its life over restarts.
 *
 * @module
 */

import type { StartedService } from "../service.ts";
import {
  startSupervised,
  type SupervisedOptions,
  type SupervisedProcess,
} from "../supervised_process.ts";

/** A local service. */
export interface LocalService extends Omit<SupervisedOptions, "folder"> {
  readonly address: string;
  readonly port: number;
  /** From `serviceFolder()`; removed at the end. */
  readonly folder: string;
}

/** Makes the folder for the data and the log of one service. */
export function serviceFolder(name: string): Promise<string> {
  return Deno.makeTempDir({ prefix: `cauce-${name}-` });
}

/** Starts the service and resolves once it serves. */
export async function startLocalService(service: LocalService): Promise<StartedService> {
  let process = await startSupervised(service).catch(async (error) => {
    await Deno.remove(service.folder, { recursive: true });
    throw error;
  });
  return {
    address: service.address,
    port: service.port,
    kill: () => process.kill(),
    async start() {
      process = await startAgain(service);
    },
    pause() {
      process.signal("SIGSTOP");
      return Promise.resolve();
    },
    resume() {
      process.signal("SIGCONT");
      return Promise.resolve();
    },
    async [Symbol.asyncDispose]() {
      await process.stop();
      await Deno.remove(service.folder, { recursive: true }).catch(() => {
        // Disposed twice: the folder is gone already.
      });
    },
  };
}

const RELEASED_WITHIN_MS = 3_000;

// Children of a killed PostgreSQL live on for a moment and hold its shared memory.
async function startAgain(service: LocalService): Promise<SupervisedProcess> {
  const deadline = Date.now() + RELEASED_WITHIN_MS;
  while (true) {
    try {
      return await startSupervised(service);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
