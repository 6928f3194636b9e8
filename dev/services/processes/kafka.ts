/**
 * Kafka as a local process: one node in KRaft mode from Kafka's own jars.
 *
 * @module
 */

import { join } from "node:path";
import { freePort } from "../free_port.ts";
import { serverProperties } from "../kafka/server_properties.ts";
import { findProgram } from "../run_command.ts";
import type { StartedService, Starter, StartOptions } from "../service.ts";
import { javaVersion } from "./java.ts";
import { kafkaRuntime, writeProperties } from "./kafka_runtime.ts";
import { serviceFolder, startLocalService } from "./local_service.ts";

const OLDEST_JAVA = 17;

/** Runs Kafka from jars that Maven downloads once. */
export const kafkaProcess: Starter = {
  async missing() {
    const version = /version "(\d+)/.exec(await javaVersion() ?? "")?.[1];
    if (Number(version ?? 0) < OLDEST_JAVA) {
      return `no Java ${OLDEST_JAVA}; install one (apt-get install openjdk-17-jre-headless), or Docker`;
    }
    if (await findProgram("mvn")) return undefined;
    return "no Maven on the PATH; install it (apt-get install maven), or Docker";
  },
  start: startKafka,
};

async function startKafka(options: StartOptions): Promise<StartedService> {
  const runtime = await kafkaRuntime(options.say);
  const folder = await serviceFolder("kafka");
  const dataFolder = join(folder, "data");
  const port = freePort();
  const settings = join(folder, "server.properties");
  await runtime.format(dataFolder);
  await writeProperties(
    settings,
    serverProperties({
      dataFolder,
      port,
      advertisedPort: options.advertisedPort ?? port,
      brokerPort: freePort(),
      controllerPort: freePort(),
      quickRestart: options.quickRestart ?? false,
    }),
  );
  const [java = "java", ...rest] = runtime.command;
  return await startLocalService({
    address: `127.0.0.1:${port}`,
    port,
    folder,
    // Native libraries are unpacked into the temporary folder of Java.
    command: [java, `-Djava.io.tmpdir=${folder}`, ...rest, settings],
    readyText: "Kafka Server started",
  });
}
