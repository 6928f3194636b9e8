/**
 * An image of Kafka: a Java cut down to what it uses, its jars, and an entrypoint that takes the
 * environment of the official image.
 *
 * @module
 */

import { join } from "node:path";
import { kafkaEnvironment } from "../containers/kafka.ts";
import { debianFolder } from "../debian_packages.ts";
import { kafkaRuntime } from "../processes/kafka_runtime.ts";
import { runCommand } from "../run_command.ts";
import type { Say } from "../service.ts";
import { createRootFolder, type RootFolder } from "./root_folder.ts";

const HERE = import.meta.dirname ?? ".";

/** What Kafka and its libraries use; log4j wants the beans of java.desktop. */
const MODULES = [
  ...["java.base", "java.desktop", "java.logging", "java.management", "java.naming"],
  ...["java.security.jgss", "java.security.sasl", "java.sql", "java.xml"],
  ...["jdk.crypto.ec", "jdk.management", "jdk.unsupported"],
];

/** The parts of Java that are linked with libraries which have to come along. */
const LINKED = [
  "bin/java",
  ...["server/libjvm", "libjava", "libnet", "libnio", "libzip", "libmanagement"]
    .map((name) => `lib/${name}.so`),
];

const CHANGES = [
  "ENV PATH=/opt/java/bin:/bin LD_LIBRARY_PATH=/lib LANG=C.UTF-8",
  "WORKDIR /data",
  "EXPOSE 9092",
  'ENTRYPOINT ["/opt/kafka/entrypoint.sh"]',
];

/** Builds it; its first start makes the archive of classes, which becomes part of the image. */
export async function buildKafkaImage(image: string, say: Say): Promise<void> {
  const { jars } = await kafkaRuntime(say);
  const busybox = await debianFolder("busybox", { packages: ["busybox-static"], say });
  await using root = await createRootFolder();
  say("makes a Java of the modules that Kafka uses");
  await addJava(root);
  await root.add(jars, "/opt/kafka/libs");
  await root.add(join(HERE, "..", "kafka", "log4j2.properties"), "/opt/kafka/log4j2.properties");
  const entrypoint = await Deno.readTextFile(join(HERE, "kafka_entrypoint.sh"));
  await root.write("/opt/kafka/entrypoint.sh", entrypoint, 0o755);
  await root.add(join(busybox.root, "bin", "busybox"), "/bin/busybox");
  for (const applet of APPLETS) await Deno.symlink("busybox", join(root.path, "bin", applet));
  await root.toImage(image, CHANGES);
  say("starts it once, for an archive of its classes");
  await train(image);
}

const APPLETS = [
  ...["sh", "env", "grep", "sed", "tr", "ls", "cp", "mkdir", "head", "base64", "cut", "cat"],
];

async function addJava(root: RootFolder): Promise<void> {
  const java = join(root.path, "opt", "java");
  await Deno.mkdir(join(root.path, "opt"));
  await runCommand([
    ...["jlink", "--add-modules", MODULES.join(","), "--output", java],
    ...["--strip-java-debug-attributes", "--no-header-files", "--no-man-pages"],
  ]);
  // The archive of Kafka's classes is made on top of Java's own.
  await runCommand([join(java, "bin", "java"), "-Xshare:dump"]);
  for (const file of LINKED) await root.addLibrariesOf(join(java, file));
}

async function train(image: string): Promise<void> {
  const name = `cauce-train-${crypto.randomUUID()}`;
  const env = kafkaEnvironment({ advertised: "127.0.0.1:9092", quickRestart: false });
  const flags = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  try {
    await runCommand([
      "docker",
      "run",
      "--detach",
      "--network=none",
      "--name",
      name,
      ...flags,
      image,
    ]);
    const ready = `for try in $(seq 600); do
      if docker logs "$1" 2>&1 | grep -q "Kafka Server started"; then exit 0; fi
      sleep 0.1
    done
    docker logs "$1"; exit 1`;
    await runCommand(["sh", "-c", ready, "sh", name]);
    await runCommand(["docker", "stop", "--time=20", name]);
    await runCommand(["sh", "-c", COMMIT, "sh", name, image]);
  } finally {
    await runCommand(["docker", "rm", "--force", "--volumes", name]);
  }
}

// Only what the first start left beside the jars is kept: neither its data nor its environment.
const COMMIT = `
set -e
kept=$(mktemp -d); trap 'rm -r "$kept"' EXIT
docker cp "$1:/opt/kafka/classes.jsa" "$kept/"
docker cp "$1:/opt/kafka/bootstrap.checkpoint" "$kept/"
printf 'FROM %s\\nCOPY classes.jsa bootstrap.checkpoint /opt/kafka/\\n' "$2" >"$kept/Dockerfile"
docker build --quiet --tag "$2" "$kept"`;
