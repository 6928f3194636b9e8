/**
 * A Kafka that asks for TLS and a password, with authorities and certificates made for one test.
 *
 * @module
 */

import { join } from "node:path";
import { freePort } from "../../dev/services/free_port.ts";
import { serverProperties } from "../../dev/services/kafka/server_properties.ts";
import { kafkaRuntime, writeProperties } from "../../dev/services/processes/kafka_runtime.ts";
import { serviceFolder, startLocalService } from "../../dev/services/processes/local_service.ts";
import { runCommand } from "../../dev/services/run_command.ts";
import { type CertificateOptions, makeAuthority, makeCertificate } from "./certificates.ts";
import { say } from "./say.ts";

/** Whom the broker knows, by each of its mechanisms. May do everything. */
export const USER = { name: "ana", password: "correct horse; battery=staple" } as const;

/** The services' users, by PLAIN. They may do what `deploy/kafka/acls.txt` says, once it is given. */
export const PASSWORDS = { organization: "an+organization", licensing: "a+l1censing" } as const;

const SCRAM = ["SCRAM-SHA-256", "SCRAM-SHA-512"] as const;

/** Where the broker listens. All of its listeners have the same users. */
export interface SecureKafka extends AsyncDisposable {
  /** TLS with a certificate of `authority`. */
  readonly address: string;
  /** TLS with a certificate of `authority` that was good until yesterday. */
  readonly expiredAddress: string;
  /** TLS with a certificate of `authority` for another machine. */
  readonly misnamedAddress: string;
  /** A password without TLS. */
  readonly unencryptedAddress: string;
  /** PEM of who signed the certificates. */
  readonly authority: string;
  /** PEM of an authority that signed nothing here. */
  readonly otherAuthority: string;
  /** Gives the user another password by SCRAM-SHA-256. */
  changePassword(password: string): Promise<void>;
}

/** Starts it from Kafka's jars, in some seconds. */
export async function openSecureKafka(): Promise<SecureKafka> {
  const folder = await serviceFolder("secure-kafka");
  const authority = await makeAuthority(folder, "authority");
  const otherAuthority = await makeAuthority(folder, "other");
  const port = freePort();
  const ports = {
    SECURE: port,
    EXPIRED: freePort(),
    MISNAMED: freePort(),
    UNENCRYPTED: freePort(),
  };
  const dataFolder = join(folder, "data");
  const brokerPort = freePort();
  const base = serverProperties({
    dataFolder,
    port,
    advertisedPort: port,
    brokerPort,
    controllerPort: freePort(),
    quickRestart: false,
  });
  const settings = join(folder, "server.properties");
  await writeProperties(settings, {
    ...base,
    ...secureListeners(base, ports),
    ...await keyStore("secure", { folder }),
    ...await keyStore("expired", { folder, days: -1 }),
    ...await keyStore("misnamed", { folder, names: "DNS:elsewhere.example" }),
  });
  const [java = "java", ...rest] = (await kafkaRuntime(say)).command;
  /** Runs one of the programs among Kafka's jars. */
  const run = (program: string, ...args: string[]) =>
    runCommand([java, ...rest.slice(0, -1), program, ...args]);
  const users = SCRAM.flatMap((mechanism) => [
    "--add-scram",
    `${mechanism}=[name="${USER.name}",password="${USER.password}"]`,
  ]);
  const format = ["format", "-t", "c2VjdXJlLXRlc3QtY2x1cw", "-c", settings];
  await run("kafka.tools.StorageTool", ...format, ...users);
  const service = await startLocalService({
    address: `127.0.0.1:${port}`,
    port,
    folder,
    command: [java, `-Djava.io.tmpdir=${folder}`, ...rest, settings],
    readyText: "Kafka Server started",
  });
  return {
    address: service.address,
    expiredAddress: `127.0.0.1:${ports.EXPIRED}`,
    misnamedAddress: `127.0.0.1:${ports.MISNAMED}`,
    unencryptedAddress: `127.0.0.1:${ports.UNENCRYPTED}`,
    authority,
    otherAuthority,
    async changePassword(password) {
      const added = `SCRAM-SHA-256=[password=${password}]`;
      const user = ["--entity-type", "users", "--entity-name", USER.name];
      const at = ["--bootstrap-server", `127.0.0.1:${brokerPort}`];
      await run("kafka.admin.ConfigCommand", ...at, "--alter", "--add-config", added, ...user);
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

/** Puts listeners that ask who comes in the place of the one for everybody. */
function secureListeners(
  base: Readonly<Record<string, string>>,
  ports: Readonly<Record<string, number>>,
): Record<string, string> {
  const names = Object.keys(ports);
  const own = names.map((name) => `${name}://127.0.0.1:${ports[name]}`);
  const others = (list = "") => list.split(",").filter((one) => !one.startsWith("CLIENT:"));
  const protocolOf = (name: string) => name === "UNENCRYPTED" ? "SASL_PLAINTEXT" : "SASL_SSL";
  const login = "org.apache.kafka.common.security";
  const { name, password } = USER;
  const services = Object.entries(PASSWORDS).map(([name, password]) => `user_${name}="${password}"`)
    .join(" ");
  return {
    "listeners": [...own, ...others(base["listeners"])].join(),
    "advertised.listeners": [...own, ...others(base["advertised.listeners"])].join(),
    "listener.security.protocol.map": [
      ...names.map((name) => `${name}:${protocolOf(name)}`),
      ...others(base["listener.security.protocol.map"]),
    ].join(),
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    // The node itself comes by listeners that ask nobody.
    "super.users": `User:${name};User:ANONYMOUS`,
    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
    ...Object.fromEntries(names.flatMap((listener) => {
      const of = `listener.name.${listener.toLowerCase()}`;
      const scram = `${login}.scram.ScramLoginModule required;`;
      return [
        [
          `${of}.plain.sasl.jaas.config`,
          `${login}.plain.PlainLoginModule required user_${name}="${password}" ${services};`,
        ],
        [`${of}.scram-sha-256.sasl.jaas.config`, scram],
        [`${of}.scram-sha-512.sasl.jaas.config`, scram],
      ];
    })),
  };
}

/** Makes a certificate and returns the settings of the listener that shows it. */
async function keyStore(
  listener: string,
  options: CertificateOptions,
): Promise<Record<string, string>> {
  const { key, certificate } = await makeCertificate(listener, options);
  const store = join(options.folder, `${listener}.store.pem`);
  await Deno.writeTextFile(
    store,
    await Deno.readTextFile(key) + await Deno.readTextFile(certificate),
  );
  return {
    [`listener.name.${listener}.ssl.keystore.type`]: "PEM",
    [`listener.name.${listener}.ssl.keystore.location`]: store,
  };
}
