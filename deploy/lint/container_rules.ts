/**
 * Our rules about one container.
 *
 * @module
 */

import { type Container, environmentOf } from "./task_definition.ts";

/** Says what is wrong and what to write instead; nothing when all is well. */
export type ContainerRule = (container: Container) => string | undefined;

/** Rules for every container of a task. */
export const everyContainer: readonly ContainerRule[] = [
  imageByDigest,
  nonRootUser,
  readonlyRoot,
  noCapabilities,
  initProcess,
  secretsAsSecrets,
  nonBlockingLogs,
  healthCheckWithoutShell,
  healthCheckBounds,
  stopTimeoutBound,
];

/** Rules for the container that holds the service. */
export const serviceContainer: readonly ContainerRule[] = [drainFits, portIsTheServices];

/** Fargate stops waiting after this, whatever is configured. */
const FARGATE_STOP_TIMEOUT_S = 120;

/** Addresses count: they carry passwords. */
const SECRET_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|USERNAME|(^|_)KEY)$/;
const SECRET_URL = /^(CACHE_)?(DATABASE|REDIS|RABBITMQ)_URL$/;

function imageByDigest({ image = "" }: Container): string | undefined {
  if (/^[^\s@]+@sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  return `image "${image}" can change under its name: give repository@sha256:<64 hex digits>`;
}

function nonRootUser({ user = "", privileged }: Container): string | undefined {
  if (privileged) return "privileged containers may do anything to their host: remove it";
  if (/^[1-9]\d*:[1-9]\d*$/.test(user)) return undefined;
  return `user "${user}" may be root: give a numeric user and group such as "65532:65532"`;
}

function readonlyRoot({ readonlyRootFilesystem }: Container): string | undefined {
  return readonlyRootFilesystem ? undefined : "set readonlyRootFilesystem to true";
}

function noCapabilities({ linuxParameters }: Container): string | undefined {
  const { add = [], drop = [] } = linuxParameters?.capabilities ?? {};
  if (add.length > 0) return `capabilities ${add.join(", ")} are added: nothing here needs one`;
  return drop.includes("ALL") ? undefined : `drop all capabilities: "drop": ["ALL"]`;
}

function initProcess({ linuxParameters }: Container): string | undefined {
  if (linuxParameters?.initProcessEnabled) return undefined;
  return "set linuxParameters.initProcessEnabled to true, or SIGTERM may not reach the process";
}

function secretsAsSecrets({ environment = [], secrets = [] }: Container): string | undefined {
  const open = environment.map(({ name = "" }) => name)
    .filter((name) => SECRET_NAME.test(name) || SECRET_URL.test(name));
  if (open.length > 0) return `move ${open.join(", ")} from environment to secrets`;
  const plain = secrets.filter(({ valueFrom = "" }) => !valueFrom.startsWith("arn:"));
  if (plain.length === 0) return undefined;
  return `secret ${plain.map(({ name }) => name).join(", ")} is no reference: give an ARN`;
}

function nonBlockingLogs({ logConfiguration }: Container): string | undefined {
  const { logDriver, options } = logConfiguration ?? {};
  if (logDriver !== "awslogs") return `log by "awslogs", not "${logDriver ?? "nothing"}"`;
  if (options?.["mode"] === "non-blocking" && options["max-buffer-size"]) return undefined;
  return `set "mode": "non-blocking" and "max-buffer-size": logs that stall must not stop the service`;
}

function healthCheckWithoutShell({ healthCheck }: Container): string | undefined {
  const [kind, program = ""] = healthCheck?.command ?? [];
  if (kind === undefined) return "give it a healthCheck";
  if (kind === "CMD" && /^\//.test(program) && !/\/(ba|da|a|z)?sh$/.test(program)) return undefined;
  return `health check "${kind}" needs a shell, which the image has not: "CMD" and a program's path`;
}

function healthCheckBounds({ healthCheck }: Container): string | undefined {
  if (!healthCheck) return undefined;
  const { interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = healthCheck;
  const isWithin = (value: number, [low, high]: [number, number]) => value >= low && value <= high;
  if (!isWithin(interval, [5, 300])) return `health check interval ${interval} s: 5 to 300`;
  if (!isWithin(timeout, [2, 60])) return `health check timeout ${timeout} s: 2 to 60`;
  if (!isWithin(retries, [1, 10])) return `health check retries ${retries}: 1 to 10`;
  if (!isWithin(startPeriod, [0, 300])) {
    return `health check startPeriod ${startPeriod} s: 0 to 300`;
  }
  return undefined;
}

function stopTimeoutBound({ stopTimeout }: Container): string | undefined {
  if (stopTimeout === undefined) return "set stopTimeout; the default of 30 s may cut work off";
  if (stopTimeout <= FARGATE_STOP_TIMEOUT_S) return undefined;
  return `stopTimeout ${stopTimeout} s: Fargate waits at most ${FARGATE_STOP_TIMEOUT_S}`;
}

function drainFits(container: Container): string | undefined {
  const [delay, grace] = ["SHUTDOWN_DELAY_MS", "SHUTDOWN_GRACE_MS"].map((name) =>
    Number(environmentOf(container, name))
  );
  if (!delay || !grace) return "set SHUTDOWN_DELAY_MS and SHUTDOWN_GRACE_MS in environment";
  const drain = (delay + grace) / 1000;
  const stopTimeout = container.stopTimeout ?? 30;
  if (stopTimeout > drain) return undefined;
  return `stopTimeout ${stopTimeout} s is not longer than the drain: ` +
    `SHUTDOWN_DELAY_MS + SHUTDOWN_GRACE_MS = ${drain} s`;
}

function portIsTheServices(container: Container): string | undefined {
  const port = environmentOf(container, "PORT");
  const mapped = container.portMappings?.map(({ containerPort }) => String(containerPort)) ?? [];
  if (port !== undefined && mapped.includes(port)) return undefined;
  return `PORT is ${port ?? "not set"}, but portMappings has ${mapped.join(", ") || "no port"}`;
}
