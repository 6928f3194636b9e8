/**
 * What scenes are played on: a local ECS with both services, users, and the deploy scripts.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LocalEcs } from "../local/open_local_ecs.ts";
import { type Aws, createAws } from "../scripts/aws_client.ts";
import type { Traffic } from "./traffic.ts";

/** What a deploy script came to. */
export interface ScriptResult {
  readonly code: number;
  // deno-lint-ignore no-explicit-any -- as the script prints it
  readonly result: any;
}

/** The stage. */
export interface Stage {
  readonly ecs: LocalEcs;
  readonly traffic: Traffic;
  /** Calls the endpoint, as scripts do. */
  readonly aws: Aws;
  /** Another version of a service: good, or broken in one way. */
  image(service: "organization" | "licensing", kind: ImageKind): Promise<string>;
  /** Runs `deno task deploy:…` as a process of its own. */
  readonly deploy: DeployScript;
}

/** Runs a deploy script with arguments. */
export type DeployScript = (...args: readonly string[]) => Promise<ScriptResult>;

/** What an image does. */
export type ImageKind = "good" | "crashes" | "never ready" | "missing" | "deaf to SIGTERM";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
/** As the image's own, but for its permissions. */
const RUN = ["/bin/deno", "run", "--quiet", "--cached-only", "--allow-all"];

/** Sets the stage. */
export function createStage(
  { ecs, traffic, deploy }: Pick<Stage, "ecs" | "traffic" | "deploy">,
): Stage {
  let version = 1;
  return {
    ecs,
    aws: createAws(ecs.platform.environment),
    traffic,
    deploy,
    async image(service, kind) {
      const from = await ecs.images.build(service, { root: ROOT });
      const env = { RELEASE: String(++version) };
      const { derive } = ecs.images;
      if (kind === "good") return await derive({ from, env });
      if (kind === "missing") return from.replace(/[0-9a-f]{64}$/, "0".repeat(64));
      if (kind === "crashes") {
        return await derive({ from, env, entrypoint: ["/bin/deno", "eval", "Deno.exit(1)"] });
      }
      const [file, args] = kind === "never ready"
        ? ["images/never_ready.ts", []]
        : ["images/deaf.ts", [`../${service}/main.ts`]];
      return await derive({
        from,
        env,
        files: { [file]: join(HERE, file) },
        entrypoint: [...RUN, file, ...args],
      });
    },
  };
}

/** Returns what runs deploy scripts against an environment. */
export function createDeployScript(
  { environmentFile, say }: {
    readonly environmentFile: string;
    readonly say: (line: string) => void;
  },
): DeployScript {
  return async (...args) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-net", "--allow-env"],
        ...["deploy/main.ts", ...args, "--yes", "--json", "--environment", environmentFile],
      ],
      cwd: ROOT,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    for (const line of decoder.decode(stderr).trim().split("\n")) say(`  ${line}`);
    const text = decoder.decode(stdout);
    return { code, result: text === "" ? undefined : JSON.parse(text).result };
  };
}
