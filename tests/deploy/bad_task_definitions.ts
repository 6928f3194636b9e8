/**
 * Damaged task definitions, and the line that each must bring.
 *
 * @module
 */

/** A definition of which nothing is known, so that a case may break any of it. */
// deno-lint-ignore no-explicit-any -- a case damages a definition where its types forbid it
export type Damaged = any;

/** One kind of damage, done to a valid definition, its service and its sidecar. */
export interface BadDefinition {
  readonly name: string;
  readonly damage: (task: Damaged, service: Damaged, collector: Damaged) => void;
  /** What a person reads. */
  readonly finding: string;
}

/** What our own rules must see. */
export const REFUSED_BY_OUR_RULES: readonly BadDefinition[] = [
  {
    name: "an image by tag",
    damage: (_, service) => service.image = "registry.example/cauce:1.2.3",
    finding:
      'organization: image "registry.example/cauce:1.2.3" can change under its name: give repository@sha256:<64 hex digits>',
  },
  {
    name: "a sidecar's image by tag",
    damage: (_task, _service, collector) => collector.image = "collector:latest",
    finding:
      'otel-collector: image "collector:latest" can change under its name: give repository@sha256:<64 hex digits>',
  },
  {
    name: "x86",
    damage: (task) => task.runtimePlatform.cpuArchitecture = "X86_64",
    finding: "run on Linux on ARM64, not on LINUX on X86_64",
  },
  {
    name: "EC2 beside Fargate",
    damage: (task) => task.requiresCompatibilities.push("EC2"),
    finding: 'run on Fargate: "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc"',
  },
  {
    name: "no task role",
    damage: (task) => delete task.taskRoleArn,
    finding: "give both an executionRoleArn and a taskRoleArn",
  },
  {
    name: "one role for both",
    damage: (task) => task.taskRoleArn = task.executionRoleArn,
    finding:
      "executionRoleArn and taskRoleArn are the same: the service could read what only its start may",
  },
  {
    name: "root",
    damage: (_, service) => service.user = "0:0",
    finding:
      'organization: user "0:0" may be root: give a numeric user and group such as "65532:65532"',
  },
  {
    name: "a user by name",
    damage: (_, service) => service.user = "root",
    finding:
      'organization: user "root" may be root: give a numeric user and group such as "65532:65532"',
  },
  {
    name: "a privileged container",
    damage: (_, service) => service.privileged = true,
    finding: "organization: privileged containers may do anything to their host: remove it",
  },
  {
    name: "a writable root",
    damage: (_, service) => delete service.readonlyRootFilesystem,
    finding: "organization: set readonlyRootFilesystem to true",
  },
  {
    name: "kept capabilities",
    damage: (_, service) => delete service.linuxParameters.capabilities,
    finding: 'organization: drop all capabilities: "drop": ["ALL"]',
  },
  {
    name: "an added capability",
    damage: (_, service) => service.linuxParameters.capabilities.add = ["SYS_PTRACE"],
    finding: "organization: capabilities SYS_PTRACE are added: nothing here needs one",
  },
  {
    name: "no init process",
    damage: (_, service) => service.linuxParameters.initProcessEnabled = false,
    finding:
      "organization: set linuxParameters.initProcessEnabled to true, or SIGTERM may not reach the process",
  },
  {
    name: "a stop timeout beyond Fargate's",
    damage: (_, service) => service.stopTimeout = 600,
    finding: "organization: stopTimeout 600 s: Fargate waits at most 120",
  },
  {
    name: "a stop timeout as long as the drain",
    damage: (_, service) => service.stopTimeout = 30,
    finding:
      "organization: stopTimeout 30 s is not longer than the drain: SHUTDOWN_DELAY_MS + SHUTDOWN_GRACE_MS = 30 s",
  },
  {
    name: "no stop timeout",
    damage: (_task, _service, collector) => delete collector.stopTimeout,
    finding: "otel-collector: set stopTimeout; the default of 30 s may cut work off",
  },
  {
    name: "no drain",
    damage: (_, service) => remove(service.environment, "SHUTDOWN_DELAY_MS"),
    finding: "organization: set SHUTDOWN_DELAY_MS and SHUTDOWN_GRACE_MS in environment",
  },
  {
    name: "an address with a password in the open",
    damage: (_, service) =>
      service.environment.push({ name: "DATABASE_URL", value: "postgres://user:pass@host/db" }),
    finding: "organization: move DATABASE_URL from environment to secrets",
  },
  {
    name: "a password in the open",
    damage: (_, service) =>
      service.environment.push({ name: "KAFKA_SASL_PASSWORD", value: "secret" }),
    finding: "organization: move KAFKA_SASL_PASSWORD from environment to secrets",
  },
  {
    name: "a secret by value",
    damage: (_, service) => service.secrets[0].valueFrom = "postgres://user:pass@host/db",
    finding: "organization: secret DATABASE_URL is no reference: give an ARN",
  },
  {
    name: "blocking logs",
    damage: (_, service) => service.logConfiguration.options.mode = "blocking",
    finding:
      'organization: set "mode": "non-blocking" and "max-buffer-size": logs that stall must not stop the service',
  },
  {
    name: "no logs",
    damage: (_, service) => delete service.logConfiguration,
    finding: 'organization: log by "awslogs", not "nothing"',
  },
  {
    name: "no health check",
    damage: (_, service) => delete service.healthCheck,
    finding: "organization: give it a healthCheck",
  },
  {
    name: "a health check by the shell",
    damage: (_, service) => service.healthCheck.command = ["CMD-SHELL", "curl -f localhost"],
    finding:
      'organization: health check "CMD-SHELL" needs a shell, which the image has not: "CMD" and a program\'s path',
  },
  {
    name: "a health check each second",
    damage: (_, service) => service.healthCheck.interval = 1,
    finding: "organization: health check interval 1 s: 5 to 300",
  },
  {
    name: "no sidecar",
    damage: (task) => task.containerDefinitions.pop(),
    finding: 'add the OpenTelemetry sidecar "otel-collector"',
  },
  {
    name: "a sidecar that takes the service with it",
    damage: (_task, _service, collector) => collector.essential = true,
    finding:
      "otel-collector: set essential to false, or telemetry that ends takes the service with it",
  },
  {
    name: "two services in one task",
    damage: (task, service) => task.containerDefinitions.push({ ...service, name: "other" }),
    finding: "2 containers are essential: only the service is",
  },
  {
    name: "a dependency that does not exist",
    damage: (_, service) =>
      service.dependsOn = [{ containerName: "migrations", condition: "SUCCESS" }],
    finding: 'organization: depends on "migrations", which the task has not',
  },
  {
    name: "a service that waits for its sidecar",
    damage: (_, service) =>
      service.dependsOn = [{ containerName: "otel-collector", condition: "START" }],
    finding: 'organization: depends on "otel-collector", which may fail; then it would never start',
  },
  {
    name: "another port than the service's",
    damage: (_, service) => service.portMappings[0].containerPort = 80,
    finding: "organization: PORT is 8081, but portMappings has 80",
  },
];

/** What only the models of AWS see. */
export const REFUSED_BY_AWS_MODELS: readonly BadDefinition[] = [
  {
    name: "an unknown key",
    damage: (_, service) => service.memoryReservations = 128,
    finding: "Did you mean 'MemoryReservation'?",
  },
  {
    name: "an unknown key at the top",
    damage: (task) => task.taskRole = "arn:aws:iam::123456789012:role/task",
    finding: 'botocore: Unknown parameter in input: "taskRole"',
  },
  {
    name: "a number as text",
    damage: (_, service) => service.stopTimeout = "60",
    finding: "botocore: Invalid type for parameter containerDefinitions[0].stopTimeout",
  },
  {
    name: "no family",
    damage: (task) => delete task.family,
    finding: 'botocore: Missing required parameter in input: "family"',
  },
  {
    name: "a size that Fargate has not",
    damage: (task) => task.memory = "9999",
    finding: "cfn-lint E3047: Cpu '256' is not compatible with memory '9999'",
  },
  {
    name: "a network that Fargate has not",
    damage: (task) => task.networkMode = "bridge",
    finding: "cfn-lint E3048: 'bridge' is not one of ['awsvpc']",
  },
  {
    name: "a word that AWS does not know",
    damage: (_, service) => service.logConfiguration.logDriver = "cloudwatch",
    finding: "cfn-lint E3048: 'cloudwatch' is not one of ['awslogs', 'splunk', 'awsfirelens']",
  },
];

function remove(variables: { name: string }[], name: string): void {
  variables.splice(variables.findIndex((variable) => variable.name === name), 1);
}
