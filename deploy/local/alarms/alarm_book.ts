/**
 * The alarms that the services of the cluster name. Nothing measures for them: somebody sets their
 * state, as SetAlarmState does on AWS.
 *
 * @module
 */

import type { ClusterService, LocalCluster } from "../cluster/local_cluster.ts";

/** As CloudWatch names them. */
export const ALARM_STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;

/** One of them. */
export type AlarmState = typeof ALARM_STATES[number];

/** One alarm. */
export interface LocalAlarm {
  readonly name: string;
  readonly state: AlarmState;
  readonly reason: string;
  /** When it got this state, in seconds since 1970. */
  readonly updatedAt: number;
}

/** The alarms. */
export interface AlarmBook {
  /** Those that an active service names. */
  readonly all: readonly LocalAlarm[];
  /**
   * One that goes off is told to the services that name it; one that was on before a deployment does
   * not end it, as on ECS. Returns false where no service names it.
   */
  set(name: string, change: { readonly state: AlarmState; readonly reason: string }): boolean;
}

/** Creates the book of a cluster; all alarms are OK. */
export function createAlarmBook(cluster: LocalCluster): AlarmBook {
  const openedAt = Date.now() / 1000;
  const changed = new Map<string, LocalAlarm>();
  const namesOf = ({ configuration }: ClusterService) => configuration.alarms?.alarmNames ?? [];
  const active = () => cluster.services.filter(({ status }) => status === "ACTIVE");

  function find(name: string): LocalAlarm {
    return changed.get(name) ??
      { name, state: "OK", reason: "Nothing was measured.", updatedAt: openedAt };
  }

  return {
    get all() {
      return [...new Set(active().flatMap(namesOf))].sort().map(find);
    },
    set(name, { state, reason }) {
      const concerned = active().filter((service) => namesOf(service).includes(name));
      if (concerned.length === 0) return false;
      const goesOff = state === "ALARM" && find(name).state !== "ALARM";
      changed.set(name, { name, state, reason, updatedAt: Date.now() / 1000 });
      if (goesOff) { for (const { local } of concerned) local.tell({ type: "alarm", name }); }
      return true;
    },
  };
}
