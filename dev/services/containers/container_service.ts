/**
 * What every service that runs in a container shares.
 *
 * @module
 */

import { freePort } from "../free_port.ts";
import type { ServiceName, StartedService, Starter, StartOptions } from "../service.ts";
import { type Engine, findEngine, findImage } from "./engine.ts";
import { answersHello } from "./answers_hello.ts";
import { watchContainer } from "./watch_container.ts";

/** How a service runs in a container. */
export interface ContainerRecipe {
  readonly containerPort: number;
  /** A few bytes that the service answers. */
  readonly hello: Uint8Array<ArrayBuffer>;
  /** It serves once its log has this line; its port takes connections before, those of the engine's proxy. */
  readonly readyText: string;
  /** How often the line comes at the first start; default once. */
  readonly firstReadyTimes?: number;
  readonly command?: (options: StartOptions) => readonly string[];
  readonly env?: (options: EnvOptions) => Readonly<Record<string, string>>;
  readonly address: (host: string, port: number) => string;
}

/** What the environment of a container may depend on. */
export interface EnvOptions {
  readonly host: string;
  readonly port: number;
  readonly quickRestart?: boolean | undefined;
}

const READY_WITHIN_MS = 60_000;
const NO_ENGINE = "no container engine answers (start Docker, or set DOCKER_HOST)";

/** Returns the way to run a service in a container. */
export function containerStarter(name: ServiceName, recipe: ContainerRecipe): Starter {
  return {
    async missing(say) {
      const engine = await findEngine();
      if (!engine) return NO_ENGINE;
      try {
        await findImage(engine, name, say);
        return undefined;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return `the container engine has no image and cannot pull one: ${reason}`;
      }
    },
    async start(options) {
      const engine = await findEngine();
      if (!engine) throw new Error(`Cannot start ${name}: ${NO_ENGINE}`);
      const image = await findImage(engine, name, options.say);
      return await startContainer({ engine, image, recipe, options });
    },
  };
}

interface ContainerStart {
  readonly engine: Engine;
  readonly image: string;
  readonly recipe: ContainerRecipe;
  readonly options: StartOptions;
}

async function startContainer(start: ContainerStart): Promise<StartedService> {
  const { engine, recipe, options } = start;
  // Chosen here and not by the engine, which chooses anew at each start.
  const port = freePort();
  const advertised = { host: engine.host, port: options.advertisedPort ?? port };
  // Imported here for the half second that the import takes, see `findEngine()`.
  const { Wait } = await import("testcontainers");
  const { LoopbackContainer } = await import("./loopback_container.ts");
  const container = new LoopbackContainer(start.image)
    .withExposedPorts({ container: recipe.containerPort, host: port })
    .withEnvironment({ ...recipe.env?.({ ...advertised, quickRestart: options.quickRestart }) })
    .withWaitStrategy(Wait.forLogMessage(recipe.readyText, recipe.firstReadyTimes ?? 1))
    .withStartupTimeout(READY_WITHIN_MS);
  if (recipe.command) container.withCommand([...recipe.command(options)]);
  if (engine.isLocal) container.bindToLoopback();

  const started = await container.start();
  const watcher = watchContainer(engine, started.getId());
  if (!await answersHello({ host: engine.host, port, hello: recipe.hello })) {
    await started.stop({ timeout: 0, remove: true });
    await watcher.release();
    throw new Error(
      `Cannot reach "${start.image}" at ${engine.host}:${port}: it serves, but the engine's network does not lead there`,
    );
  }
  const handle = engine.client.container.getById(started.getId());
  const readyTimes = async (): Promise<number> => {
    const log = await handle.logs({ stdout: true, stderr: true });
    return log.toString().split(recipe.readyText).length - 1;
  };
  return {
    address: recipe.address(engine.host, port),
    port,
    async kill() {
      await handle.kill({ signal: "SIGKILL" });
      await handle.wait();
    },
    async start() {
      const before = await readyTimes();
      await handle.start();
      const deadline = Date.now() + READY_WITHIN_MS;
      while (await readyTimes() <= before) {
        if (Date.now() > deadline) throw new Error(`Cannot start "${start.image}" again`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async pause() {
      await handle.pause();
    },
    async resume() {
      await handle.unpause();
    },
    async [Symbol.asyncDispose]() {
      await handle.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
        // Disposed twice: it is gone, or going, already.
        if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
      });
      await watcher.release();
    },
  };
}
