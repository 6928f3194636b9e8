/**
 * What a local Kafka runs from: its jars, an archive of loaded classes and a formatted folder, made
 * once and kept in the cache folder.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { filledFolder } from "../cache_folder.ts";
import { freePort } from "../free_port.ts";
import { serverProperties } from "../kafka/server_properties.ts";
import { runCommand } from "../run_command.ts";
import type { Say } from "../service.ts";
import { startSupervised } from "../supervised_process.ts";
import { javaVersion } from "./java.ts";

const SOURCES = join(import.meta.dirname ?? ".", "..", "kafka");
const CLUSTER_ID = "Y2F1Y2UtZGV2LWNsdXN0ZQ";

/** A Kafka that is ready to run. */
export interface KafkaRuntime {
  /** The folder of Kafka's jars. */
  readonly jars: string;
  /** The command up to the path of the settings. */
  readonly command: readonly string[];
  /** Prepares a folder as StorageTool would, without the second that its JVM takes. */
  format(dataFolder: string): Promise<void>;
}

/** Returns the runtime; the first call on a machine downloads it. */
export async function kafkaRuntime(say: Say): Promise<KafkaRuntime> {
  const pom = await Deno.readTextFile(join(SOURCES, "pom.xml"));
  // The archive of classes fits only the Java that wrote it.
  const java = await javaVersion() ?? "";
  const key = createHash("sha256").update(pom).update(java).digest("hex").slice(0, 12);
  const folder = await filledFolder(`kafka-${key}`, { say, fill: (f) => fillRuntime(f, say) });
  const checkpoint = join(folder, CHECKPOINT);
  return {
    jars: join(folder, "lib"),
    command: await javaCommand(folder, [`-XX:SharedArchiveFile=${join(folder, "classes.jsa")}`]),
    async format(dataFolder) {
      await Deno.mkdir(dataFolder, { recursive: true });
      await Deno.copyFile(checkpoint, join(dataFolder, CHECKPOINT));
      await Deno.writeTextFile(
        join(dataFolder, "meta.properties"),
        `version=1\ncluster.id=${CLUSTER_ID}\nnode.id=1\ndirectory.id=${directoryId()}\n`,
      );
    },
  };
}

const CHECKPOINT = "bootstrap.checkpoint";

/** Writes settings where Kafka reads them. */
export async function writeProperties(
  file: string,
  properties: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  await Deno.writeTextFile(file, lines.join(""));
}

async function fillRuntime(folder: string, say: Say): Promise<void> {
  say("downloads Kafka's jars by Maven (once, about 45 MB)");
  await downloadJars(join(folder, "lib"), say);

  say("prepares Kafka for a quick start (once)");
  const dataFolder = join(folder, "training");
  await Deno.mkdir(dataFolder);
  const settings = join(folder, "training.properties");
  const [port, brokerPort, controllerPort] = [freePort(), freePort(), freePort()];
  const node = { dataFolder, port, advertisedPort: port, brokerPort, controllerPort };
  await writeProperties(settings, serverProperties({ ...node, quickRestart: false }));
  const command = await javaCommand(folder, []);
  const format = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", settings];
  await runCommand([...command.slice(0, -1), ...format]);
  await Deno.copyFile(join(dataFolder, CHECKPOINT), join(folder, CHECKPOINT));

  const archive = `-XX:ArchiveClassesAtExit=${join(folder, "classes.jsa")}`;
  const training = await startSupervised({
    command: [...await javaCommand(folder, [archive]), settings],
    folder: dataFolder,
    readyText: "Kafka Server started",
    endSignal: "SIGTERM",
  });
  await training.stop();
  await Deno.remove(dataFolder, { recursive: true });
}

async function downloadJars(lib: string, say: Say): Promise<void> {
  let files = 0;
  const timer = setInterval(() => files > 0 && say(`${files} files so far`), 3_000);
  try {
    await runCommand([
      ...["mvn", "--batch-mode", "-f", join(SOURCES, "pom.xml"), "dependency:copy-dependencies"],
      ...[`-DoutputDirectory=${lib}`, "-DincludeScope=runtime"],
    ], { onLine: (line) => line.includes("Downloaded from") && files++ });
  } finally {
    clearInterval(timer);
  }
}

async function javaCommand(folder: string, options: readonly string[]): Promise<string[]> {
  const lib = join(folder, "lib");
  const jars: string[] = [];
  for await (const { name } of Deno.readDir(lib)) jars.push(join(lib, name));
  return [
    "java",
    ...["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", ...options],
    `-Dlog4j2.configurationFile=${join(SOURCES, "log4j2.properties")}`,
    // The archive remembers the order of the jars.
    ...["-cp", jars.sort().join(":"), "kafka.Kafka"],
  ];
}

function directoryId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "A").replaceAll("/", "B").slice(0, 22);
}
