/** Launches federates on hosts that have joined, one on each, as `launchFederates` does on this machine. */
import type { LaunchedFederates } from '../processes/launch.ts';
import type { HostRoll, JoinedHost } from './host-roll.ts';
import { HOST_SUBJECTS } from './host-words.ts';

/** How often a host is asked to start a federate that has not come yet. */
const REPEAT_MS = 500;

/** What a run has to know of its federates, wherever they are. */
export type Launched = Pick<LaunchedFederates, 'hasCome' | 'replace' | 'watchLost' | 'stop'>;

/** The federates of `run`, each with the host that it is to be on. The roll stays open. */
export function launchOnHosts(roll: HostRoll, run: string, federates: ReadonlyMap<string, JoinedHost>): Launched {
  const coming = new Set(federates.keys());
  const gone: [federate: string, why: string][] = [];
  let lost: (federate: string, why: string) => void = () => undefined;
  let isOver = false;
  const order = () => {
    for (const federate of coming) {
      const host = federates.get(federate);
      if (host !== undefined)
        roll.channel.send(HOST_SUBJECTS.host(host.id), { kind: 'order', caller: roll.caller, run, federate });
    }
  };
  const lose = (federate: string, why: string) => {
    if (isOver) return;
    coming.delete(federate);
    gone.push([federate, why]);
    lost(federate, why);
  };
  roll.onLost(({ host, run: of, federate, why }) => {
    const on = federates.get(federate);
    if (of === run && on?.id === host) lose(federate, `on host ${on.name}, ${why}`);
  });
  roll.onGone(({ id, name }, why) => {
    for (const [federate, host] of federates) if (host.id === id) lose(federate, `its host ${name} ${why}`);
  });
  order();
  const timer = setInterval(order, REPEAT_MS);
  return {
    hasCome(federate) {
      coming.delete(federate);
    },
    replace: () => false,
    watchLost(listener) {
      lost = listener;
      for (const each of gone) listener(...each);
    },
    stop() {
      isOver = true;
      clearInterval(timer);
      for (const { id } of federates.values()) roll.channel.send(HOST_SUBJECTS.host(id), { kind: 'release', run });
      return Promise.resolve();
    },
  };
}
