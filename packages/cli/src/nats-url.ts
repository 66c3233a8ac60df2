/** A NATS server that is named: the value of `--nats`, one address or several with commas, and what goes with it. */
import { keyFromEnvironment } from '@dragon/federation/seal';
import { publicUrl } from '@dragon/federation/public-url';
import { SettingError } from '@dragon/scenarios';
import { UsageError } from './failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The options that name a server, as commander hands them over. */
export interface NatsOptions {
  readonly nats?: string;
  readonly natsCreds?: string;
}

/** Returns the environment with what the options say of the server. */
export function natsEnvironment({ nats, natsCreds }: NatsOptions, env: Environment): Environment {
  return {
    ...env,
    ...(nats !== undefined && { DRAGON_NATS_URL: nats }),
    ...(natsCreds !== undefined && { DRAGON_NATS_CREDS: natsCreds }),
  };
}

/** Returns the key that joined hosts share with whoever gives them work; throws `UsageError` if there is none. */
export function hostsKey(env: Environment): string {
  const key = keyFromEnvironment(env);
  if (key !== undefined) return key;
  throw new UsageError(
    'hosts and who gives them work need the same key in DRAGON_RUN_KEY, as openssl rand -hex 32 prints one',
  );
}

/** Throws `SettingError` for what is no address: an empty one would mean any server, or one of our own. */
export function expectNatsUrl(urls: string | undefined): void {
  for (const url of urls?.split(',') ?? []) {
    const text = url.trim();
    if (!isNatsUrl(text))
      throw new SettingError(
        'nats',
        `${text === '' ? "''" : publicUrl(text)} is no address of a NATS server: give nats://host:port or tls://host:port`,
      );
  }
}

function isNatsUrl(text: string): boolean {
  try {
    const { hostname, protocol } = new URL(text.includes('://') ? text : `nats://${text}`);
    return hostname !== '' && (protocol === 'nats:' || protocol === 'tls:');
  } catch {
    return false;
  }
}
