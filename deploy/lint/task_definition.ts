/**
 * What our rules read of a task definition. AWS's own models check the rest.
 *
 * @module
 */

/** RegisterTaskDefinition's input, as far as the rules look at it. Nothing in it has been checked. */
export interface TaskDefinition {
  readonly family?: string;
  readonly networkMode?: string;
  readonly requiresCompatibilities?: readonly string[];
  readonly runtimePlatform?: {
    readonly cpuArchitecture?: string;
    readonly operatingSystemFamily?: string;
  };
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  readonly containerDefinitions?: readonly Container[];
}

/** One container of a task. */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly essential?: boolean;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly stopTimeout?: number;
  readonly portMappings?: readonly { readonly containerPort?: number }[];
  readonly environment?: readonly { readonly name?: string; readonly value?: string }[];
  readonly secrets?: readonly { readonly name?: string; readonly valueFrom?: string }[];
  readonly linuxParameters?: {
    readonly initProcessEnabled?: boolean;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  readonly logConfiguration?: {
    readonly logDriver?: string;
    readonly options?: Readonly<Record<string, string>>;
  };
  readonly healthCheck?: {
    readonly command?: readonly string[];
    readonly interval?: number;
    readonly timeout?: number;
    readonly retries?: number;
    readonly startPeriod?: number;
  };
  readonly dependsOn?: readonly { readonly containerName?: string; readonly condition?: string }[];
}

/** The value of a container's environment variable. */
export function environmentOf(container: Container, name: string): string | undefined {
  return container.environment?.find((variable) => variable.name === name)?.value;
}
