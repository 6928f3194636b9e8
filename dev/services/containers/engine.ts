/**
 * The container engine, where one answers.
 *
 * @module
 */

import type { ContainerRuntimeClient } from "testcontainers";
import { findProgram } from "../run_command.ts";
import type { Say, ServiceName } from "../service.ts";
import { OFFICIAL_IMAGES, OFFLINE_IMAGES } from "./images.ts";

/** An engine that answers. */
export interface Engine {
  readonly client: ContainerRuntimeClient;
  /** Where the ports of its containers are reached. */
  readonly host: string;
  /** Whether it is this machine's, so that ports can be bound to loopback alone. */
  readonly isLocal: boolean;
  /** The first words of a command line that reaches it, where its program is installed. */
  readonly commandLine: readonly string[] | undefined;
}

let asked: Promise<Engine | undefined> | undefined;

/** Returns the engine, or `undefined` when none answers. Asks once. */
export function findEngine(): Promise<Engine | undefined> {
  return asked ??= connect();
}

async function connect(): Promise<Engine | undefined> {
  const remote = /^(?:tcp|https?):\/\/([^:/]+)/.exec(Deno.env.get("DOCKER_HOST") ?? "")?.[1];
  const isLocal = remote === undefined || ["localhost", "127.0.0.1"].includes(remote);
  // Inside a container testcontainers would take the gateway for the host, where nothing listens.
  if (isLocal) setDefault("TESTCONTAINERS_HOST_OVERRIDE", "localhost");
  // Imported here, as it takes half a second that nobody with addresses should wait.
  const { getContainerRuntimeClient } = await import("testcontainers");
  let client: ContainerRuntimeClient;
  try {
    client = await getContainerRuntimeClient();
  } catch {
    // It throws one error for all the places where no engine was found.
    return undefined;
  }
  const program = await findProgram("docker");
  const { socketPath } = client.container.dockerode.modem as { socketPath?: string };
  const at = socketPath ? ["--host", `unix://${socketPath}`] : [];
  // A watcher of ours ends the containers: one image less to have.
  if (program) setDefault("TESTCONTAINERS_RYUK_DISABLED", "true");
  return {
    client,
    host: isLocal ? "127.0.0.1" : remote,
    isLocal,
    commandLine: program ? [program, ...at] : undefined,
  };
}

function setDefault(variable: string, value: string): void {
  if (!Deno.env.get(variable)) Deno.env.set(variable, value);
}

/** Returns an image that the engine has or could pull. Throws with the engine's reason otherwise. */
export async function findImage(engine: Engine, name: ServiceName, say: Say): Promise<string> {
  const { ImageName } = await import("testcontainers");
  const { image: images } = engine.client;
  const given = Deno.env.get(`${name.toUpperCase()}_IMAGE`);
  const official = given || OFFICIAL_IMAGES[name];
  if (await images.exists(ImageName.fromString(official))) return official;
  const offline = name === "postgres" || given ? undefined : OFFLINE_IMAGES[name];
  if (offline && await images.exists(ImageName.fromString(offline))) return offline;
  say(`pulls ${official}`);
  await images.pull(ImageName.fromString(official));
  return official;
}
