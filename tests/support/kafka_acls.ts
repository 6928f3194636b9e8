/**
 * `deploy/kafka/acls.txt`, given to a Kafka as kafka-acls.sh gives it.
 *
 * @module
 */

import { parseArgs } from "node:util";
import kafkajs, { type AclEntry, type SASLOptions } from "kafkajs";

const FILE = new URL("../../deploy/kafka/acls.txt", import.meta.url);

/** Gives all of its rights, as somebody who may. */
export async function giveRights(address: string, sasl: SASLOptions): Promise<void> {
  const text = await Deno.readTextFile(FILE);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const logLevel = kafkajs.logLevel.NOTHING;
  const admin = new kafkajs.Kafka({ brokers: [address], sasl, logLevel }).admin();
  await admin.connect();
  try {
    await admin.createAcls({ acl: lines.flatMap(toEntries) });
  } finally {
    await admin.disconnect();
  }
}

/** One entry for each operation of a line. An option that is not known throws. */
function toEntries(line: string): AclEntry[] {
  const { values } = parseArgs({
    args: line.split(" "),
    options: {
      "add": { type: "boolean" },
      "allow-principal": { type: "string" },
      "operation": { type: "string", multiple: true },
      "topic": { type: "string" },
      "group": { type: "string" },
      "resource-pattern-type": { type: "string" },
    },
  });
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  const isPrefix = values["resource-pattern-type"] === "prefixed";
  return (values.operation ?? []).map((operation) => ({
    resourceType: values.group === undefined ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: values.topic ?? values.group ?? "",
    resourcePatternType: isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
    principal: values["allow-principal"] ?? "",
    host: "*",
    operation: AclOperationTypes[operation.toUpperCase() as keyof typeof AclOperationTypes],
    permissionType: AclPermissionTypes.ALLOW,
  }));
}
