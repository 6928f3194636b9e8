/**
 * Our rules about CloudFormation templates, beyond what AWS itself refuses.
 *
 * @module
 */

import { actionsAreNamed, principalsAreNamed, secretsAreReferences } from "./policy_rules.ts";
import type { Resource, Template } from "./template.ts";

/** Says what is wrong with a resource and what to write instead; nothing when all is well. */
export type ResourceRule = (resource: Resource) => string | undefined;

const RULES: readonly ResourceRule[] = [
  actionsAreNamed,
  principalsAreNamed,
  secretsAreReferences,
  dataIsKept,
  propertiesAreSet,
  openPorts,
  plainHttp,
];

/** Returns a line for each rule that a resource of the template breaks. */
export function templateBreaches({ Resources = {} }: Template): string[] {
  return Object.entries(Resources).flatMap(([name, resource]) =>
    RULES.map((rule) => rule(resource))
      .flatMap((breach) => breach === undefined ? [] : [`${name}: ${breach}`])
  );
}

/** Returns the names of the alarms that templates make for a service of a cluster. */
export function alarmNames(
  templates: readonly Template[],
  { cluster, service }: { readonly cluster: string; readonly service: string },
): string[] {
  const alarms = templates.flatMap(({ Resources = {} }) => Object.values(Resources))
    .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm");
  return alarms.map(({ Properties = {} }) => {
    const { AlarmName } = Properties as { AlarmName?: string | { "Fn::Sub"?: string } };
    const name = typeof AlarmName === "string" ? AlarmName : AlarmName?.["Fn::Sub"] ?? "";
    return name.replaceAll("${Name}", cluster).replaceAll("${Service}", service);
  });
}

const HOLD_DATA = ["AWS::RDS::DBInstance", "AWS::MSK::Cluster", "AWS::ECR::Repository"];
const KEEP = ["Retain", "Snapshot"];

function dataIsKept(resource: Resource): string | undefined {
  const { Type = "", DeletionPolicy = "", UpdateReplacePolicy = "" } = resource;
  if (!HOLD_DATA.includes(Type)) return undefined;
  if (KEEP.includes(DeletionPolicy) && KEEP.includes(UpdateReplacePolicy)) return undefined;
  return "set DeletionPolicy and UpdateReplacePolicy to Retain or Snapshot, " +
    "or a change of the stack may delete its data";
}

/** What a property of a type must be, and why. `undefined` stands for anything at all. */
const REQUIRED: Readonly<Record<string, readonly (readonly [string, unknown, string])[]>> = {
  "AWS::RDS::DBInstance": [
    ["StorageEncrypted", true, "its disk can be read by whoever gets hold of it"],
    ["PubliclyAccessible", false, "it has an address on the Internet"],
    ["MultiAZ", true, "it ends with its zone"],
    ["DeletionProtection", true, "one call deletes it"],
  ],
  "AWS::ElastiCache::ReplicationGroup": [
    ["TransitEncryptionEnabled", true, "passwords travel in the open"],
    ["AtRestEncryptionEnabled", true, "its snapshots can be read"],
    ["AutomaticFailoverEnabled", true, "nobody takes over when its primary ends"],
    ["MultiAZEnabled", true, "it ends with its zone"],
    ["UserGroupIds", undefined, "everybody has all rights"],
  ],
  "AWS::MSK::Cluster": [
    ["ClientAuthentication", undefined, "everybody has all rights"],
    ["EncryptionInfo", undefined, "clients may speak without TLS"],
  ],
  "AWS::Logs::LogGroup": [["RetentionInDays", undefined, "its lines are kept, and paid, for ever"]],
  "AWS::ECR::Repository": [
    ["ImageTagMutability", "IMMUTABLE", "an image can change under its tag"],
    ["ImageScanningConfiguration", undefined, "nobody looks for known holes"],
  ],
  "AWS::ElasticLoadBalancingV2::TargetGroup": [
    ["TargetType", "ip", "tasks on Fargate cannot be registered"],
    ["HealthCheckPath", "/health/ready", "tasks get requests before they are ready"],
  ],
  "AWS::CloudWatch::Alarm": [["AlarmActions", undefined, "nobody is told"]],
};

function propertiesAreSet({ Type = "", Properties = {} }: Resource): string | undefined {
  for (const [name, wanted, otherwise] of REQUIRED[Type] ?? []) {
    const value = Properties[name];
    const isSet = wanted === undefined ? value !== undefined : value === wanted;
    if (isSet) continue;
    const how = wanted === undefined ? `set ${name}` : `set ${name} to ${JSON.stringify(wanted)}`;
    return `${how}, or ${otherwise}`;
  }
  return undefined;
}

interface Ingress {
  readonly CidrIp?: unknown;
  readonly FromPort?: unknown;
  readonly ToPort?: unknown;
}

function openPorts({ Type, Properties = {} }: Resource): string | undefined {
  if (Type !== "AWS::EC2::SecurityGroup") return undefined;
  const rules = (Properties["SecurityGroupIngress"] ?? []) as readonly Ingress[];
  const open = rules.find(({ CidrIp, FromPort, ToPort }) =>
    CidrIp === "0.0.0.0/0" && (FromPort !== ToPort || (FromPort !== 443 && FromPort !== 80))
  );
  if (!open) return undefined;
  return `ports ${open.FromPort} to ${open.ToPort} are open to the Internet: ` +
    "name a SourceSecurityGroupId; only 443, and 80 for the redirect, are for everybody";
}

function plainHttp({ Type, Properties = {} }: Resource): string | undefined {
  if (Type !== "AWS::ElasticLoadBalancingV2::Listener") return undefined;
  const actions = (Properties["DefaultActions"] ?? []) as readonly { readonly Type?: unknown }[];
  if (Properties["Protocol"] === "HTTPS" || actions.every((one) => one.Type === "redirect")) {
    return undefined;
  }
  return "it answers without TLS: redirect to HTTPS";
}
