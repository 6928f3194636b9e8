import { doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { organizationChanges } from "@cauce/contracts";
import {
  type BindingStatus,
  createMessaging,
  defineChannel,
  type Env,
  type Logger,
  type Messaging,
  parseMessagingConfig,
} from "@cauce/messaging";
import { z } from "zod";
import { uniqueName } from "../support/brokers.ts";
import { giveRights } from "../support/kafka_acls.ts";
import { openSecureKafka, PASSWORDS, type SecureKafka, USER } from "../support/secure_kafka.ts";
import { until } from "../support/until.ts";

/** An application with a source and a sink, and all that it says of itself. */
function openApplication(env: Env) {
  const channel = defineChannel({
    name: uniqueName("secrets"),
    schema: z.strictObject({ id: z.string() }),
    keyOf: ({ id }) => id,
    partitionCount: 1,
  });
  const names = { sink: `${channel.name}-in`, source: `${channel.name}-out` };
  const words: string[] = [];
  const note = (...said: unknown[]) => void words.push(Deno.inspect(said, { depth: 20 }));
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const config = parseMessagingConfig({ MESSAGING_BINDER: "kafka", KAFKA_SSL: "true", ...env }, {
    bindings: Object.values(names),
  });
  const messaging = createMessaging({ config, application: "shop", logger, observe: note });
  const source = messaging.source(channel);
  const received: string[] = [];
  messaging.sink(channel, ({ payload }) => {
    received.push(payload.id);
    return Promise.resolve();
  }, { group: "shop" });
  let fatal: Error | undefined;
  messaging.fatal.then((error) => fatal = error);
  messaging.start();
  return {
    source,
    received,
    words,
    fatal: () => fatal,
    /** The bindings' states, once all of them are down. */
    untilDown: () =>
      until(async (): Promise<readonly BindingStatus[] | false> => {
        const states = await messaging.bindings();
        note(states);
        return states.every(({ state }) => state === "down") && states;
      }, "both bindings are down"),
    [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose](),
  };
}

function credentials(mechanism: string, password: string = USER.password): Env {
  return {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: USER.name,
    KAFKA_SASL_PASSWORD: password,
  };
}

/** Every binding is down and says why, in one sentence. */
async function expectDown(env: Env, reason: RegExp): Promise<string> {
  await using application = openApplication(env);

  const states = await application.untilDown();

  for (const { error } of states) match(error ?? "", reason);
  strictEqual(application.fatal(), undefined);
  return application.words.join("\n");
}

const WRONG = "wr0ng-passw0rd";

Deno.test("kafka: TLS and passwords", async (test) => {
  await using kafka = await openSecureKafka();
  const trusted = { KAFKA_BROKERS: kafka.address, KAFKA_SSL_CA: kafka.authority };

  for (const mechanism of ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]) {
    await test.step(`a message is sent and received over TLS with ${mechanism}`, async () => {
      await expectDelivery({ ...trusted, ...credentials(mechanism) });
    });

    await test.step(`a wrong password with ${mechanism} names the variables, and no secret`, async () => {
      const words = await expectDown(
        { ...trusted, ...credentials(mechanism, WRONG) },
        /^Cannot reach the kafka broker: it refused .+ KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD/,
      );

      ok(words.includes("binding-state"));
      doesNotMatch(words, new RegExp(`${WRONG}|${btoa(WRONG)}`));
    });
  }

  await test.step("one of several authorities is enough, and a password needs no TLS", async () => {
    const both = `${kafka.otherAuthority}\n${kafka.authority}`;
    await expectDelivery({ ...trusted, KAFKA_SSL_CA: both, ...credentials("plain") });
    await expectDelivery({
      KAFKA_BROKERS: kafka.unencryptedAddress,
      KAFKA_SSL: "false",
      ...credentials("scram-sha-512"),
    });
  });

  await test.step("another authority, or only the system's, names the authority", async () => {
    const untrusted = /certificate is from an authority that is not trusted here; .+ KAFKA_SSL_CA$/;
    await expectDown(
      { ...trusted, KAFKA_SSL_CA: kafka.otherAuthority, ...credentials("plain") },
      untrusted,
    );
    await expectDown({ KAFKA_BROKERS: kafka.address, ...credentials("plain") }, untrusted);
  });

  await test.step("an expired certificate names the certificate and the clock", async () => {
    await expectDown(
      { ...trusted, KAFKA_BROKERS: kafka.expiredAddress, ...credentials("plain") },
      /certificate has expired .+ check the broker's certificate and this machine's clock$/,
    );
  });

  await test.step("a certificate for another name names the brokers' addresses", async () => {
    await expectDown(
      { ...trusted, KAFKA_BROKERS: kafka.misnamedAddress, ...credentials("plain") },
      /its certificate is for another name; check KAFKA_BROKERS$/,
    );
  });

  await test.step("a port without TLS names the setting and the ports", async () => {
    await expectDown(
      { ...trusted, KAFKA_BROKERS: kafka.unencryptedAddress, ...credentials("plain") },
      /it did not speak TLS; check KAFKA_SSL and the ports of KAFKA_BROKERS$/,
    );
  });

  await test.step("each service's user may do what its service does, and nothing else", async () => {
    await expectLeastRights(kafka);
    await expectNoMoreRights(kafka);
  });

  await test.step("a password that is set right at the broker is taken without a restart", async () => {
    await expectRecovery(kafka);
  });
});

async function expectDelivery(env: Env): Promise<void> {
  await using application = openApplication(env);

  await application.source.send({ id: "order-1" });

  await until(() => application.received.includes("order-1"), "the message");
}

/** The application runs with a password that the broker does not know yet. */
async function expectRecovery(kafka: SecureKafka): Promise<void> {
  await using application = openApplication({
    KAFKA_BROKERS: kafka.address,
    KAFKA_SSL_CA: kafka.authority,
    ...credentials("scram-sha-256", WRONG),
  });
  await application.untilDown();

  await kafka.changePassword(WRONG);

  await application.source.send({ id: "order-1" });
  await until(() => application.received.includes("order-1"), "the message");
}

type ServiceName = keyof typeof PASSWORDS;

/** Messaging of a service, as its own user, at a broker that lets it do what is in a file. */
function openService(
  kafka: SecureKafka,
  { user, bindings = [] }: { readonly user: ServiceName; readonly bindings?: readonly string[] },
): Messaging {
  const env = {
    MESSAGING_BINDER: "kafka",
    KAFKA_BROKERS: kafka.address,
    KAFKA_SSL: "true",
    KAFKA_SSL_CA: kafka.authority,
    KAFKA_SASL_MECHANISM: "plain",
    KAFKA_SASL_USERNAME: user,
    KAFKA_SASL_PASSWORD: PASSWORDS[user],
    MESSAGING_BINDINGS_ORGANIZATION_CHANGES_IN_CONSUMER_MAX_ATTEMPTS: "1",
  };
  const all = ["organization-changes-in", "organization-changes-out", ...bindings];
  return createMessaging({
    application: user,
    config: parseMessagingConfig(env, { bindings: all }),
  });
}

/** The services' users come as far as `deploy/kafka/acls.txt` says, dead letters included. */
async function expectLeastRights(kafka: SecureKafka): Promise<void> {
  await giveRights(kafka.unencryptedAddress, {
    mechanism: "plain",
    username: USER.name,
    password: USER.password,
  });
  await using organization = openService(kafka, { user: "organization" });
  await using licensing = openService(kafka, { user: "licensing" });
  const received: number[] = [];
  licensing.sink(organizationChanges, ({ payload: { version } }) => {
    received.push(version);
    return version === 1 ? Promise.resolve() : Promise.reject(new Error("no"));
  }, { group: "licensing" });
  licensing.start();
  organization.start();

  const source = organization.source(organizationChanges);
  for (const version of [1, 2]) {
    await source.send({ organizationId: "o", action: "CREATED", version, correlationId: "c" });
  }

  await until(() => received.length >= 2, "both events");
  const office = licensing.deadLetters("organization-changes-in", { by: "ana" });
  const { id } = await until(async () => (await office.list()).items[0] ?? false, "a dead letter");
  strictEqual((await office.replay({ filter: { ids: [id] } })).replayed, 1);
  await until(() => received.length >= 3, "the replay");
}

/** Neither comes further: another destination, another group, listening instead of speaking. */
async function expectNoMoreRights(kafka: SecureKafka): Promise<void> {
  const secrets = defineChannel({
    name: "secrets",
    schema: z.strictObject({ id: z.string() }),
    keyOf: ({ id }) => id,
  });
  const bindings = ["secrets-in", "secrets-out"];
  await using snoop = openService(kafka, { user: "organization", bindings });
  await using forger = openService(kafka, { user: "licensing", bindings });
  await using rival = openService(kafka, { user: "licensing", bindings });
  const ignore = () => Promise.resolve();
  snoop.sink(organizationChanges, ignore, { group: "licensing" });
  forger.source(secrets);
  forger.sink(secrets, ignore, { group: "licensing" });
  rival.sink(organizationChanges, ignore, { group: "rivals" });

  for (const messaging of [snoop, forger, rival]) {
    messaging.start();
    const states = await until(async () => {
      const states = await messaging.bindings();
      return states.every(({ state }) => state === "down") && states;
    }, "all that it may not do is down");
    for (const { error } of states) {
      // The client does not pass on why it was told of no coordinator: that it may not know the group.
      match(
        error ?? "",
        /: (its user may not do what .+ does; .+|Failed to find group coordinator)$/,
      );
    }
  }
}
