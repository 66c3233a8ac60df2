/** Settings of the inspector's process, as environment variables give them; and why a port cannot be listened to. */
import { readWholeNumber, SettingError } from '@dragon/scenarios';

/** 128 bits in base64url. */
const SHORTEST_TOKEN = 22;

type Environment = Readonly<Record<string, string | undefined>>;

export interface InspectorSettings {
  /** The run that is watched. */
  readonly run: string;
  /** Undefined: any that is free. */
  readonly port: number | undefined;
  /** Undefined: the loopback. */
  readonly host: string | undefined;
  /** The folder of the built page. */
  readonly page: string;
  /** What a page has to show that is to change something; undefined: a random one. */
  readonly token: string | undefined;
}

/**
 * Returns the settings that DRAGON_RUN, DRAGON_INSPECTOR_PORT, DRAGON_INSPECTOR_HOST, DRAGON_INSPECTOR_PAGE and
 * DRAGON_INSPECTOR_TOKEN give; an empty variable counts as absent. Throws `SettingError`.
 */
export function inspectorSettings(env: Environment, page: string): InspectorSettings {
  const text = (name: string) => env[name] || undefined;
  const port = text('DRAGON_INSPECTOR_PORT');
  return {
    run: text('DRAGON_RUN') ?? 'main',
    port: port === undefined ? undefined : readPort(port),
    host: text('DRAGON_INSPECTOR_HOST'),
    page: text('DRAGON_INSPECTOR_PAGE') ?? page,
    token: readToken(text('DRAGON_INSPECTOR_TOKEN')),
  };
}

function readPort(text: string): number {
  try {
    return readWholeNumber('port', text, 0, 65_535);
  } catch (error) {
    if (error instanceof SettingError) throw new SettingError('port', `DRAGON_INSPECTOR_PORT: ${error.message}`);
    throw error;
  }
}

function readToken(text: string | undefined): string | undefined {
  // It is part of addresses as it stands.
  if (text === undefined || (text.length >= SHORTEST_TOKEN && text === encodeURIComponent(text))) return text;
  throw new SettingError(
    'token',
    `DRAGON_INSPECTOR_TOKEN: give at least ${SHORTEST_TOKEN} letters, digits, - and _, at random`,
  );
}

/** Returns why the inspector cannot listen, one line that says what to do; undefined for an error of another kind. */
export function listenFailure(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('port' in error)) return undefined;
  const port = String(error.port);
  if (error.code === 'EADDRINUSE') return `port ${port} is taken: give another one, or none for any that is free`;
  if (error.code === 'EACCES') return `port ${port} may not be listened to: give one from 1024 on`;
  return `port ${port} cannot be listened to: ${error.message}`;
}
