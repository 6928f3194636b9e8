/**
 * Plays a story against a scheduler, and checks each of its decisions against the rules.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import type { Action, ServiceEvent } from "../../../deploy/local/scheduler/action.ts";
import { applyEvent } from "../../../deploy/local/scheduler/apply_event.ts";
import type { reconcile } from "../../../deploy/local/scheduler/reconcile.ts";
import { primaryOf, type ServiceState } from "../../../deploy/local/scheduler/service_state.ts";
import { createJudge } from "./judge.ts";
import type { Behaviour, Disturbance, Story } from "./story.ts";

/** The scheduler, or a mutant of it. */
export type Reconcile = typeof reconcile;

/** How a story ended. */
export interface Ending {
  readonly state: ServiceState;
  readonly now: number;
  /** How the versions behave, by the deployment that brought them. */
  readonly behaviours: ReadonlyMap<string, Behaviour>;
}

const GRACE_MS = 5_000;
const STEP_MS = 1_000;
/** Without a task to move, so much time passes before the service counts as still. */
const STILL_MS = 20 * 60_000;
const MAX_STEPS = 4_000;

/** Plays to the end: nothing moves any more. Throws an `AssertionError` where a rule is broken. */
export function play(story: Story, decide: Reconcile): Ending {
  const behaviours = new Map<string, Behaviour>();
  let [now, nextId, steps] = [0, 0, 0];
  let state: ServiceState = { ...story, graceMs: GRACE_MS, deployments: [], tasks: [] };
  const judge = createJudge();

  function happen(event: ServiceEvent): void {
    judge.note(state, event, now);
    state = applyEvent(state, event, now);
  }

  function carryOut(action: Action): void {
    if (action.type !== "startTask") return happen(action);
    const task = `task-${nextId++}`;
    const { deployment } = action;
    happen({ type: "taskStarted", task, deployment, container: "unknown", target: "initial" });
  }

  /** Asks until there is nothing to do; a scheduler that never rests flaps. */
  function settle(): void {
    for (let round = 0; round < 30; round++) {
      const actions = decide(state, now);
      judge.judge(state, actions, now);
      if (actions.length === 0) return judge.rests(state, now);
      actions.forEach(carryOut);
    }
    ok(false, "the scheduler never rests");
  }

  function moves(): ServiceEvent[] {
    return state.tasks.flatMap((task): ServiceEvent[] => {
      if (task.phase === "stopping") return [{ type: "taskStopped", task: task.id }];
      if (task.phase === "pending") return [{ type: "taskRunning", task: task.id }];
      const behaviour = behaviours.get(task.deployment);
      if (behaviour === "crashes") return [{ type: "taskStopped", task: task.id }];
      const target = behaviour === "good" ? "healthy" : "unhealthy";
      if (task.target === target) return [];
      return [{ type: "taskHealth", task: task.id, container: "healthy", target }];
    });
  }

  function step(pick: number): boolean {
    const possible = moves();
    const move = possible[pick % Math.max(1, possible.length)];
    now += STEP_MS;
    if (move) happen(move);
    settle();
    ok(++steps < MAX_STEPS, "the story never ends");
    return move !== undefined;
  }

  function untilStill(): void {
    for (let stillMs = 0; stillMs < STILL_MS; stillMs += STEP_MS) {
      const before = state;
      if (step(steps)) stillMs = 0;
      else if (state === before) now += 9 * STEP_MS, stillMs += 9 * STEP_MS;
      else stillMs = 0;
    }
  }

  function disturb(disturbance: Disturbance): void {
    if (disturbance.type === "deploy") {
      // As at the endpoint: traffic that moves is not moved elsewhere before it has arrived.
      const isBusy = state.deployments.length > 0 && primaryOf(state).rollout === "IN_PROGRESS";
      if (state.strategy.type === "SHIFT" && isBusy) return;
      const deployment = `deployment-${behaviours.size}`;
      behaviours.set(deployment, disturbance.behaviour);
      happen({ type: "deploy", deployment, taskDefinition: deployment });
    } else if (disturbance.type === "alarm") {
      happen({ type: "alarm", name: "errors" });
    } else if (disturbance.type === "desire") {
      happen({ type: "configure", settings: { desiredCount: disturbance.count } });
    } else {
      const task = state.tasks.find(({ phase }) => phase === "running");
      if (task) happen({ type: "taskStopped", task: task.id });
    }
    settle();
  }

  disturb({ type: "deploy", behaviour: "good" });
  untilStill();
  const share = Math.ceil(story.picks.length / Math.max(1, story.disturbances.length));
  story.disturbances.forEach((disturbance, index) => {
    disturb(disturbance);
    story.picks.slice(index * share, (index + 1) * share).forEach(step);
  });
  untilStill();
  return { state, now, behaviours };
}
