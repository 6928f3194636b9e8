/**
 * What each service process may do, made from the settings it has: the permission sets of
 * `deno.json`, and the addresses that an environment names.
 *
 * @module
 */

import { type ConfigDescription, describeConfig } from "@cauce/platform";
import { licensingSettings } from "../licensing/settings.ts";
import { organizationSettings } from "../organization/config.ts";
import { brokerSettings } from "./messaging_settings.ts";

const SETTINGS = { organization: organizationSettings, licensing: licensingSettings } as const;

/** A service's name is its folder, and its permission set. */
export type ServiceName = keyof typeof SETTINGS;

/** Every service. */
export const serviceNames = Object.keys(SETTINGS) as readonly ServiceName[];

/** A permission set as `deno.json` writes it. What is not in it is refused: `run`, `ffi`, `sys`. */
export interface PermissionSet {
  readonly env: { readonly allow: readonly string[]; readonly ignore: true };
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly net: { readonly deny: readonly string[] };
  readonly import: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** Any name with it is let through, so that a misspelt one can be named at the start. */
const MESSAGING = "MESSAGING_";

/** Where SQLite's files are. */
const DATA = ".data";

/** Where clouds answer with credentials, to whoever asks from inside. */
const LINK_LOCAL = "169.254.0.0/16";

// Without a list Deno imports code from some well-known hosts. This name never exists (RFC 2606).
const NOWHERE = "nowhere.invalid:443";

/** Returns a service's set. Where it may connect to is not in it: see {@link allowNet}. */
export function permissionsOf(service: ServiceName): PermissionSet {
  const names = settingsOf(service).map(({ name }) => name);
  return {
    env: {
      allow: [...new Set(names.filter((name) => !name.startsWith(MESSAGING))), `${MESSAGING}*`]
        .sort(),
      ignore: true,
    },
    read: [DATA],
    write: [DATA],
    net: { deny: [LINK_LOCAL] },
    import: [NOWHERE],
  };
}

/**
 * Returns the flag that lets a service listen and connect where its environment says, and nowhere
 * else. Kafka and the nodes of a Redis Cluster announce addresses of their own: with them every
 * address is open, unless `NET_ALLOW` names those.
 */
export function allowNet(service: ServiceName, env: Env): string {
  const values = settingsOf(service).map(({ name, default: fallback }): [string, string] => {
    return [name, env[name]?.trim() || fallback || ""];
  });
  const { HOST, PORT, NET_ALLOW = "", ...others } = Object.fromEntries(values);
  const addresses = Object.entries(others).flatMap(([name, text]) => {
    if (name.endsWith("_URL")) return addressesOf(text);
    return name === "KAFKA_BROKERS" ? splitList(text) : [];
  });
  if (NET_ALLOW === "" && isAnnounced(env, others)) return "--allow-net";
  const own = HOST?.includes(":") ? `[${HOST}]:${PORT}` : `${HOST}:${PORT}`;
  const all = [own, ...addresses, ...splitList(NET_ALLOW)].filter(isAddress);
  return all.length === 0 ? "--deny-net" : `--allow-net=${[...new Set(all)].join()}`;
}

/** What is none is left to the service, which names every wrong setting at its start. */
function isAddress(text: string): boolean {
  const [, port = "0"] =
    /^(?:\[[\da-f:.]+\]|(?:\*\.)?[\w-][\w.-]*)(?:\/\d+)?(?::(\d{1,5}))?$/i.exec(text) ??
      ["", "65536"];
  return Number(port) <= 65_535;
}

function settingsOf(service: ServiceName): readonly ConfigDescription[] {
  return [...describeConfig(SETTINGS[service]), ...brokerSettings];
}

/** Whether the environment has a broker or cache that tells clients where to connect to. */
function isAnnounced(env: Env, settings: Env): boolean {
  const binders = Object.entries(env).filter(([name]) => /^MESSAGING_.*BINDER$/.test(name));
  const nodes = Object.entries(settings).filter(([name]) => name.endsWith("REDIS_URL"));
  return binders.some(([, binder]) => binder?.trim() === "kafka") ||
    nodes.some(([, urls = ""]) => addressesOf(urls).length > 1);
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  http: "80",
  https: "443",
  postgres: "5432",
  postgresql: "5432",
  redis: "6379",
  rediss: "6379",
};

/** The hosts with ports in addresses, of which there may be several; none in a file's. */
function addressesOf(text: string): readonly string[] {
  return text.split(/,(?=\s*\w+:\/\/)/).flatMap((address) => {
    const [, scheme = "", hosts = ""] = /^\s*(\w+):\/\/(?:[^/]*@)?([^/?#\s]*)/.exec(address) ?? [];
    const port = DEFAULT_PORTS[scheme];
    if (port === undefined) return [];
    return splitList(hosts).map((host) => /:\d+$/.test(host) ? host : `${host}:${port}`);
  });
}

function splitList(text: string): readonly string[] {
  return text.split(",").map((one) => one.trim()).filter((one) => one !== "");
}
