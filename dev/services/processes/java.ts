/**
 * The Java that is installed.
 *
 * @module
 */

import { runCommand } from "../run_command.ts";

let asked: Promise<string | undefined> | undefined;

/** Returns what `java -version` says, or `undefined` where there is no Java. Asks once. */
export function javaVersion(): Promise<string | undefined> {
  return asked ??= runCommand(["sh", "-c", "java -version 2>&1"]).catch(() => {
    // Not installed; macOS has a `java` that only says so and fails.
    return undefined;
  });
}
