// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * `deno task deploy:*`: releases services to ECS, or to what `deno task ecs:local` started. Start
 * reading here.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { RenderError } from "./render.ts";
import { AwsError, createAws } from "./scripts/aws_client.ts";
import { type Command, UsageError } from "./scripts/commands/command.ts";
import { downCommand } from "./scripts/commands/down_command.ts";
import {
  migrateCommand,
  releaseCommand,
  rollbackCommand,
} from "./scripts/commands/release_command.ts";
import { scaleCommand } from "./scripts/commands/scale_command.ts";
import { statusCommand } from "./scripts/commands/status_command.ts";
import { planCommand, upCommand } from "./scripts/commands/up_command.ts";
import { EnvironmentError, readEnvironment } from "./scripts/environment.ts";
import { EXIT, type ExitCode } from "./scripts/exit_codes.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  plan: planCommand,
  up: upCommand,
  release: releaseCommand,
  migrate: migrateCommand,
  rollback: rollbackCommand,
  scale: scaleCommand,
  status: statusCommand,
  down: downCommand,
};

const USAGE = `Deploys to ECS. The plan is shown first, and nothing is done without a yes.

deno task deploy:plan [SERVICE …] [--image SERVICE=REPOSITORY@sha256:DIGEST …]
deno task deploy:up --image SERVICE=REPOSITORY@sha256:DIGEST …
deno task deploy:release SERVICE --image REPOSITORY@sha256:DIGEST [--strategy STRATEGY] [--migrate]
deno task deploy:migrate SERVICE [--image REPOSITORY@sha256:DIGEST]
deno task deploy:rollback SERVICE [--to FAMILY:REVISION]
deno task deploy:scale SERVICE [--min N --max N | --count N]
deno task deploy:status [SERVICE …]
deno task deploy:down [SERVICE …]
  --environment NAME   deploy/environments/NAME.json, or a .json file; default local: that of
                       deno task ecs:local
  --strategy S         rolling, blue-green or canary; default as the service stands
  --bake-minutes N     how long both versions stay where traffic is shifted; default 5
  --canary-percent N   the new version's first share of the traffic; default 10
  --migrate            run the new version's migration first, as a task of its own
  --timeout N          how many seconds to follow; default 900
  --plan               show the plan and do nothing
  --yes                do it without asking
  --json               print the result as JSON, and what happens on the way to standard error
  -h, --help           this text

Exit codes: 0 done, 1 AWS refused, 2 rolled back, 3 failed and not rolled back, 4 timed out,
5 the rollback failed, 6 planned only, 7 a rule of deploy/lint is broken, 8 the migration failed,
64 usage, 78 environment.
AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN are as elsewhere.`;

const POLL_MS = 1_000;
const LOCAL_POLL_MS = 250;

async function main(): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      environment: { type: "string", default: "local" },
      image: { type: "string", multiple: true, default: [] },
      strategy: { type: "string" },
      to: { type: "string" },
      min: { type: "string" },
      max: { type: "string" },
      count: { type: "string" },
      "bake-minutes": { type: "string", default: "5" },
      "canary-percent": { type: "string", default: "10" },
      timeout: { type: "string", default: "900" },
      migrate: { type: "boolean", default: false },
      plan: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [name = "", ...services] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (values.help) console.log(USAGE);
  if (values.help) return EXIT.done;
  if (!command) throw new UsageError(`There is no command "${name}"`);
  const environment = await readEnvironment(values.environment);
  const say = (line: string) => values.json ? console.error(line) : console.log(line);
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  const { code, result } = await command({
    aws: createAws(environment),
    environment,
    services,
    options: values,
    pollMs: environment.endpoint ? LOCAL_POLL_MS : POLL_MS,
    say,
    confirm: (plan) => confirm(plan, { say, yes: values.yes, planOnly: values.plan }),
    signal: stop.signal,
  });
  if (values.json) console.log(JSON.stringify({ exitCode: code, result }, null, 2));
  else if (code === EXIT.planned) console.error("nothing was done");
  else if (code !== EXIT.done) console.error(Deno.inspect(result, { depth: 4 }));
  if (stop.signal.aborted) {
    console.error(`stopped following; undo it by: deno task deploy:rollback ${services.join(" ")}`);
  }
  return code;
}

/** Shows the plan; a person at a terminal is asked, anybody else has to say `--yes`. */
function confirm(
  plan: readonly string[],
  { say, yes, planOnly }: {
    readonly say: (line: string) => void;
    readonly yes: boolean;
    readonly planOnly: boolean;
  },
): boolean {
  for (const step of plan) say(`plan: ${step}`);
  if (planOnly) return false;
  if (yes) return true;
  if (Deno.stdin.isTerminal()) return globalThis.confirm("Do it?");
  console.error("nobody is asked here: say --yes");
  return false;
}

/** Whether the command line could not be read. */
function isMistyped(error: unknown): boolean {
  return error instanceof TypeError && "code" in error &&
    String(error.code).startsWith("ERR_PARSE_ARGS");
}

try {
  Deno.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError || isMistyped(error)) {
    console.error("deno task deploy:… --help tells more");
    Deno.exit(EXIT.usage);
  }
  if (error instanceof EnvironmentError || error instanceof RenderError) {
    Deno.exit(EXIT.environment);
  }
  if (error instanceof AwsError && error.code === "NoCredentials") Deno.exit(EXIT.environment);
  Deno.exit(EXIT.failed);
}
