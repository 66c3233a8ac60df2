/**
 * Errors as data: what crosses to another thread or process loses its class, and by its class an error is explained.
 */
import { AgentFault, type Event } from '@dragon/engine';
import { FederationError } from '@dragon/federation/federation-error';
import { SettingError } from '@dragon/scenarios';

/** Plain data, as it travels. */
export type ErrorData =
  | {
      readonly kind: 'agent-fault';
      readonly seed: number;
      readonly agent: string;
      readonly event: Event | undefined;
      readonly cause: string;
    }
  | ({ readonly kind: 'federation' } & Pick<FederationError, 'code' | 'message' | 'fault' | 'blamed'>)
  | { readonly kind: 'setting'; readonly setting: string; readonly message: string }
  | { readonly kind: 'other'; readonly message: string; readonly stack: string | undefined };

/** Returns what `errorFromData` needs to make an error that is explained in the same words. */
export function errorToData(error: unknown): ErrorData {
  if (error instanceof AgentFault) {
    const { seed, agent, event, cause } = error;
    return { kind: 'agent-fault', seed, agent, event, cause: messageOf(cause) };
  }
  if (error instanceof FederationError) {
    const { code, message, fault, blamed } = error;
    return { kind: 'federation', code, message, fault, blamed };
  }
  if (error instanceof SettingError) return { kind: 'setting', setting: error.setting, message: error.message };
  return { kind: 'other', message: messageOf(error), stack: error instanceof Error ? error.stack : undefined };
}

export function errorFromData(data: ErrorData): Error {
  switch (data.kind) {
    case 'agent-fault':
      return new AgentFault(data.seed, data.agent, data.event, data.cause);
    case 'federation':
      return new FederationError(data.code, data.message, { fault: data.fault, blamed: data.blamed });
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
