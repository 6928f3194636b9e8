/**
 * The load balancer of the local cluster: HAProxy, told at run time about targets and weights.
 *
 * @module
 */

import { join } from "node:path";
import { debianFolder } from "../../../dev/services/debian_packages.ts";
import { findProgram } from "../../../dev/services/run_command.ts";
import { startSupervised } from "../../../dev/services/supervised_process.ts";
import { backendName, type BalancedService, haproxyConfig } from "./haproxy_config.ts";
import { command, serversOf } from "./haproxy_socket.ts";

/** A target group of a service. */
export interface GroupName {
  readonly service: string;
  readonly group: 0 | 1;
}

/** What a target group says about one target. */
export interface TargetHealth {
  readonly target: string;
  readonly health: "initial" | "healthy" | "unhealthy";
  /** Requests so far. */
  readonly requests: number;
}

/** The balancer. Disposing ends it. */
export interface Balancer extends AsyncDisposable {
  /** Requests begin once the target was found healthy; `checked: false` begins at once. */
  register(group: GroupName, target: Target): Promise<void>;
  /** No new requests; resolves when none is open any more, or after the delay. */
  deregister(group: GroupName, target: string, options: { delayMs: number }): Promise<void>;
  /** Forgets a target whose task is gone. */
  remove(group: GroupName, target: string): Promise<void>;
  /** Gives healthy targets requests, and says how all are. */
  health(group: GroupName): Promise<readonly TargetHealth[]>;
  /** The percentage of requests that the second target group gets. */
  setWeight(service: string, percent: number): Promise<void>;
}

/** One target. */
export interface Target {
  readonly name: string;
  readonly port: number;
  readonly checked: boolean;
}

/** What a balancer is made of. */
export interface OpenBalancerOptions {
  readonly services: readonly BalancedService[];
  /** For its files. */
  readonly folder: string;
  readonly checkIntervalMs: number;
  readonly say: (line: string) => void;
}

const PACKAGES = ["haproxy", "liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1"];
const POLL_MS = 50;
/** Checks in a row that make a target healthy, and that make it unhealthy. */
const [RISE, FALL] = [2, 2];

/** Starts HAProxy: from the PATH, or Debian's, unpacked into the cache folder. */
export async function openBalancer(options: OpenBalancerOptions): Promise<Balancer> {
  const { services, folder, checkIntervalMs, say } = options;
  const { program, libraries } = await findHaproxy(say);
  const [socket, weights] = [join(folder, "haproxy.sock"), join(folder, "weights.map")];
  const config = join(folder, "haproxy.cfg");
  await Deno.writeTextFile(weights, services.map(({ name }) => `${name} 0\n`).join(""));
  await Deno.writeTextFile(config, haproxyConfig(services, { socket, weights }));
  const haproxy = await startSupervised({
    command: [program, "-V", "-db", "-f", config],
    folder,
    libraries,
    readyText: "as the polling mechanism",
    endSignal: "SIGTERM",
  });
  await listens(socket);
  const serverName = ({ service, group }: GroupName, target: string) =>
    `${backendName(service, group)}/${target}`;
  const isGone = ["No such server"];
  const admitted = new Set<string>();

  async function drained(group: GroupName, target: string, delayMs: number): Promise<void> {
    const deadline = Date.now() + delayMs;
    while (Date.now() < deadline) {
      const servers = await serversOf(socket, backendName(group.service, group.group));
      if ((servers.find(({ name }) => name === target)?.current ?? 0) === 0) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  return {
    async register(group, { name, port, checked }) {
      const server = serverName(group, name);
      const check = `check inter ${checkIntervalMs} rise ${RISE} fall ${FALL}`;
      const address = `127.0.0.1:${port}`;
      await command(socket, `add server ${server} ${address} ${checked ? check : ""}`, [
        "New server registered",
      ]);
      if (!checked) return await command(socket, `set server ${server} state ready`);
      // A server that drains is checked and gets no requests.
      await command(socket, `set server ${server} state drain`);
      await command(socket, `enable health ${server}`);
    },
    async deregister(group, target, { delayMs }) {
      // Never again, whatever its checks say.
      admitted.add(serverName(group, target));
      await command(socket, `set server ${serverName(group, target)} state drain`, isGone);
      await drained(group, target, delayMs);
    },
    async remove(group, target) {
      const server = serverName(group, target);
      admitted.delete(server);
      await command(socket, `set server ${server} state maint`, isGone);
      await command(socket, `shutdown sessions server ${server}`, isGone);
      await drained(group, target, 1_000);
      await command(socket, `del server ${server}`, ["Server deleted", ...isGone]);
    },
    async health(group) {
      const servers = await serversOf(socket, backendName(group.service, group.group));
      return await Promise.all(servers.map(async ({ name, status, check, total }) => {
        const server = serverName(group, name);
        const isUp = /^(UP|DRAIN|no check)/.test(status) && (check === "L7OK" || check === "");
        const isKnown = status === "no check" || check !== "";
        if (isUp && check === "L7OK" && status.startsWith("DRAIN") && !admitted.has(server)) {
          admitted.add(server);
          await command(socket, `set server ${server} state ready`, isGone);
        }
        const health = !isKnown ? "initial" : isUp ? "healthy" : "unhealthy";
        return { target: name, health, requests: total };
      }));
    },
    setWeight: (service, percent) =>
      command(socket, `set map ${weights} ${service} ${Math.round(percent * 10)}`),
    [Symbol.asyncDispose]: () => haproxy.stop(),
  };
}

async function findHaproxy(
  say: (line: string) => void,
): Promise<{ program: string; libraries: string }> {
  const program = await findProgram("haproxy");
  if (program) return { program, libraries: "" };
  if (!await findProgram("apt-get")) {
    throw new Error("Cannot start HAProxy: install version 2.6 or newer (brew install haproxy)");
  }
  const { root, libraries } = await debianFolder("haproxy", { packages: PACKAGES, say });
  return { program: join(root, "usr", "sbin", "haproxy"), libraries };
}

async function listens(socket: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (true) {
    try {
      return await command(socket, "show version", [""]);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
