/**
 * Hosts of a network of their own, on this machine and reachable from nowhere: a network namespace each, with a cable
 * to a bridge in another one. All is in a user namespace, so nobody need be root, and is gone when its last process is.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Waits for its standard input to end, as does each host, which needs a moment to leave our namespace. Prints the
 * process of each host.
 */
const MAKE = `
set -e
exec 3<&0
ip link set lo up
ip link add bridge0 type bridge
ip addr add 10.77.0.1/24 dev bridge0
ip link set bridge0 up
here=$(readlink /proc/$$/ns/net)
number=1
for name in "$@"; do
  number=$((number + 1))
  unshare -n cat <&3 >/dev/null &
  host=$!
  while [ "$(readlink /proc/$host/ns/net)" = "$here" ]; do sleep 0.01; done
  ip link add "$name" type veth peer name cable netns "$host"
  ip link set "$name" master bridge0 up
  nsenter -t "$host" -n sh -c "ip link set lo up && ip addr add 10.77.0.$number/24 dev cable && ip link set cable up"
  echo "$host"
done
echo ready
exec cat >/dev/null
`;
const ENTER = ['--preserve-credentials', '-U', '-n', '-t'];

/** Where everybody reaches what runs at the bridge. */
export const BRIDGE = '10.77.0.1';

export class NetworkLab {
  readonly #keeper: ChildProcess;
  readonly #hosts: ReadonlyMap<string, { readonly pid: number; readonly address: string }>;

  private constructor(keeper: ChildProcess, names: readonly string[], pids: readonly number[]) {
    this.#keeper = keeper;
    this.#hosts = new Map(
      names.map((name, index) => [name, { pid: pids[index] ?? 0, address: `10.77.0.${index + 2}` }]),
    );
  }

  /** Rejects with what was forbidden, or is not installed. */
  static async open(...names: readonly string[]): Promise<NetworkLab> {
    const keeper = spawn('unshare', ['-rn', 'sh', '-c', MAKE, 'sh', ...names], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    keeper.stderr.on('data', (chunk) => (said += String(chunk)));
    const failed = new Promise<never>((_, reject) => {
      keeper.on('error', reject);
      keeper.on('close', () => reject(new Error(`this machine makes no network namespaces: ${said.trim()}`)));
    });
    const pids: number[] = [];
    const ready = (async () => {
      for await (const line of createInterface({ input: keeper.stdout })) {
        if (line === 'ready') return;
        pids.push(Number(line));
      }
      await failed;
    })();
    await Promise.race([ready, failed]);
    failed.catch(() => undefined);
    return new NetworkLab(keeper, names, pids);
  }

  /** Returns what to put before a command so that it runs on this host, or at the bridge. */
  at(host?: string): readonly [string, ...string[]] {
    return ['nsenter', ...ENTER, String(this.#pidOf(host))];
  }

  /** Takes the cable out, and puts it in again. */
  plug(host: string, isIn: boolean): void {
    this.#run('ip', 'link', 'set', host, isIn ? 'up' : 'down');
  }

  /** What goes to the host is lost, or no more; what comes from it arrives. */
  deafen(host: string, isDeaf: boolean): void {
    this.#run('ip', 'route', isDeaf ? 'add' : 'del', 'blackhole', `${this.#hosts.get(host)?.address}/32`);
  }

  /** Returns how many packets have come from this host so far. */
  packetsFrom(host: string): number {
    const line = readFileSync(`/proc/${this.#pidOf()}/net/dev`, 'utf8')
      .split('\n')
      .find((each) => each.trim().startsWith(`${host}:`));
    return Number(line?.trim().split(/[\s:]+/)[2]);
  }

  async close(): Promise<void> {
    if (this.#keeper.exitCode !== null) return;
    this.#keeper.stdin?.end();
    await once(this.#keeper, 'exit');
  }

  #run(...words: readonly string[]): void {
    const [program, ...args] = this.at();
    execFileSync(program, [...args, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  #pidOf(host?: string): number {
    return (host === undefined ? this.#keeper.pid : this.#hosts.get(host)?.pid) ?? Number.NaN;
  }
}
