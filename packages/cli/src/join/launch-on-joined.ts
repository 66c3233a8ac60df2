/** Launches the federates of a run on hosts that have joined at its server. */
import {
  FederationError,
  HostRoll,
  type HostRollOptions,
  type Launched,
  launchOnHosts,
  type NatsLink,
} from '@dragon/federation';

/** How long a run waits for its hosts. */
const PATIENCE_MS = 60_000;

export interface JoinedLaunch extends HostRollOptions {
  readonly run: string;
  readonly federates: readonly string[];
  readonly signal: AbortSignal;
  /** Called now and then with how many hosts are there, until there are enough. */
  readonly onCount: (count: number) => void;
}

/** Waits for a host for each federate. Throws `no-host` if they do not come in time. */
export async function launchOnJoined(link: NatsLink, options: JoinedLaunch): Promise<Launched> {
  const { run, federates, signal, onCount, onNotice } = options;
  const denied = new AbortController();
  const stopHearing = link.onTrouble(({ kind, text }) => {
    if (kind === 'denied') denied.abort(new FederationError('denied', text));
  });
  const roll = new HostRoll(link, options);
  try {
    const waited = { withinMs: PATIENCE_MS, signal: AbortSignal.any([signal, denied.signal]), onCount };
    const hosts = await roll.whenThere(federates.length, waited);
    const placed = new Map(hosts.map((host, index) => [federates[index] ?? '', host]));
    onNotice(`hosts: ${[...placed].map(([federate, { name }]) => `${federate} on ${name}`).join(', ')}`);
    const launched = launchOnHosts(roll, run, placed);
    return {
      ...launched,
      async stop() {
        await launched.stop();
        roll.close();
        await link.flush().catch(() => undefined);
      },
    };
  } catch (error) {
    roll.close();
    throw error;
  } finally {
    stopHearing();
  }
}
