/**
 * Damaged CloudFormation templates, and the line that each must bring.
 *
 * @module
 */

import type { Damaged } from "./bad_task_definitions.ts";

/** One kind of damage, done to one resource of a valid template. */
export interface BadTemplate {
  readonly name: string;
  readonly file: string;
  readonly resource: string;
  readonly damage: (resource: Damaged) => void;
  /** What a person reads. */
  readonly finding: string;
}

/** What our own rules must see. */
export const REFUSED_TEMPLATES: readonly BadTemplate[] = [
  {
    name: "an action that is a pattern",
    file: "service",
    resource: "TaskRole",
    damage: (role) => statements(role)[0].Action = "xray:*",
    finding: 'TaskRole: action "xray:*" allows more than anybody thought of: name each action',
  },
  {
    name: "a pattern among actions",
    file: "service",
    resource: "ExecutionRole",
    damage: (role) => statements(role)[1].Action.push("ecr:Batch*"),
    finding:
      'ExecutionRole: action "ecr:Batch*" allows more than anybody thought of: name each action',
  },
  {
    name: "all actions but a few",
    file: "service",
    resource: "TaskRole",
    damage: (role) => statements(role)[0].NotAction = ["iam:PassRole"],
    finding: "TaskRole: NotAction allows all but a few: name each in Action",
  },
  {
    name: "a role for everybody",
    file: "platform",
    resource: "LoadBalancerRole",
    damage: ({ Properties }) =>
      Properties.AssumeRolePolicyDocument.Statement[0].Principal = { AWS: "*" },
    finding: 'LoadBalancerRole: Principal "*" lets everybody in: name who may',
  },
  {
    name: "a password",
    file: "data",
    resource: "OrganizationDatabase",
    damage: ({ Properties }) => Properties.MasterUserPassword = "correct horse",
    finding:
      "OrganizationDatabase: MasterUserPassword stands in the template: refer to a generated secret by {{resolve:secretsmanager:…}}",
  },
  {
    name: "a secret's value",
    file: "broker",
    resource: "LicensingStreams",
    damage: ({ Properties }) => Properties.SecretString = "redis://user:pass@host",
    finding:
      "LicensingStreams: SecretString stands in the template: refer to a generated secret by {{resolve:secretsmanager:…}}",
  },
  {
    name: "a database that goes with its stack",
    file: "data",
    resource: "LicensingDatabase",
    damage: (database) => delete database.DeletionPolicy,
    finding:
      "LicensingDatabase: set DeletionPolicy and UpdateReplacePolicy to Retain or Snapshot, or a change of the stack may delete its data",
  },
  {
    name: "a database in one zone",
    file: "data",
    resource: "LicensingDatabase",
    damage: ({ Properties }) => Properties.MultiAZ = false,
    finding: "LicensingDatabase: set MultiAZ to true, or it ends with its zone",
  },
  {
    name: "a database on the Internet",
    file: "data",
    resource: "LicensingDatabase",
    damage: ({ Properties }) => Properties.PubliclyAccessible = true,
    finding:
      "LicensingDatabase: set PubliclyAccessible to false, or it has an address on the Internet",
  },
  {
    name: "a Redis without TLS",
    file: "data",
    resource: "Cache",
    damage: ({ Properties }) => Properties.TransitEncryptionEnabled = false,
    finding: "Cache: set TransitEncryptionEnabled to true, or passwords travel in the open",
  },
  {
    name: "a Redis without users",
    file: "broker",
    resource: "Streams",
    damage: ({ Properties }) => delete Properties.UserGroupIds,
    finding: "Streams: set UserGroupIds, or everybody has all rights",
  },
  {
    name: "a Kafka without passwords",
    file: "broker",
    resource: "Kafka",
    damage: ({ Properties }) => delete Properties.ClientAuthentication,
    finding: "Kafka: set ClientAuthentication, or everybody has all rights",
  },
  {
    name: "logs for ever",
    file: "service",
    resource: "Logs",
    damage: ({ Properties }) => delete Properties.RetentionInDays,
    finding: "Logs: set RetentionInDays, or its lines are kept, and paid, for ever",
  },
  {
    name: "tags that move",
    file: "service",
    resource: "Images",
    damage: ({ Properties }) => delete Properties.ImageTagMutability,
    finding: 'Images: set ImageTagMutability to "IMMUTABLE", or an image can change under its tag',
  },
  {
    name: "a target that is only alive",
    file: "service",
    resource: "Green",
    damage: ({ Properties }) => Properties.HealthCheckPath = "/health/live",
    finding:
      'Green: set HealthCheckPath to "/health/ready", or tasks get requests before they are ready',
  },
  {
    name: "an alarm that nobody hears",
    file: "alarms",
    resource: "Behind",
    damage: ({ Properties }) => delete Properties.AlarmActions,
    finding: "Behind: set AlarmActions, or nobody is told",
  },
  {
    name: "an open port",
    file: "network",
    resource: "DataGroup",
    damage: ({ Properties: { SecurityGroupIngress: [rule] } }) => rule.CidrIp = "0.0.0.0/0",
    finding:
      "DataGroup: ports 5432 to 5432 are open to the Internet: name a SourceSecurityGroupId; only 443, and 80 for the redirect, are for everybody",
  },
  {
    name: "a listener without TLS",
    file: "platform",
    resource: "Redirect",
    damage: ({ Properties }) => Properties.DefaultActions[0].Type = "forward",
    finding: "Redirect: it answers without TLS: redirect to HTTPS",
  },
];

/** What only cfn-lint sees. */
export const REFUSED_BY_CFN_LINT: readonly BadTemplate[] = [
  {
    name: "an unknown property",
    file: "service",
    resource: "Logs",
    damage: ({ Properties }) => Properties.Retention = 30,
    finding: "'Retention' was unexpected",
  },
  {
    name: "a reference to nothing",
    file: "service",
    resource: "Blue",
    damage: ({ Properties }) => Properties.Name = { Ref: "Nothing" },
    finding: "'Nothing' is not one of",
  },
];

function statements({ Properties }: Damaged): Damaged {
  return Properties.Policies[0].PolicyDocument.Statement;
}
