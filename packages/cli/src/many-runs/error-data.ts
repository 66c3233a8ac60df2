/** Errors as data: what crosses a thread loses its class, and by its class an error is explained. */
import { AgentFault, type Event } from '@dragon/engine';
import { SettingError } from '@dragon/scenarios';

/** Plain data, as it travels between threads. */
export type ErrorData =
  | {
      readonly kind: 'agent-fault';
      readonly seed: number;
      readonly agent: string;
      readonly event: Event | undefined;
      readonly cause: string;
    }
  | { readonly kind: 'setting'; readonly setting: string; readonly message: string }
  | { readonly kind: 'other'; readonly message: string; readonly stack: string | undefined };

/** Returns what `errorFromData` needs to make an error that is explained in the same words. */
export function errorToData(error: unknown): ErrorData {
  if (error instanceof AgentFault) {
    const { seed, agent, event, cause } = error;
    return { kind: 'agent-fault', seed, agent, event, cause: messageOf(cause) };
  }
  if (error instanceof SettingError) return { kind: 'setting', setting: error.setting, message: error.message };
  return { kind: 'other', message: messageOf(error), stack: error instanceof Error ? error.stack : undefined };
}

export function errorFromData(data: ErrorData): Error {
  switch (data.kind) {
    case 'agent-fault':
      return new AgentFault(data.seed, data.agent, data.event, data.cause);
    case 'setting':
      return new SettingError(data.setting, data.message);
    case 'other': {
      const error = new Error(data.message);
      if (data.stack !== undefined) error.stack = data.stack;
      return error;
    }
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
