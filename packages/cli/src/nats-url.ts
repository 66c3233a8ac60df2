/** The value of `--nats`: one address of a NATS server, or several with commas. */
import { publicUrl } from '@dragon/federation/public-url';
import { SettingError } from '@dragon/scenarios';

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
