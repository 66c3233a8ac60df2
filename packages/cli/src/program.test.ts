/** The command line without its process: bad usage is told from good, and each mistake has its line. */
import { expect, test } from 'vitest';
import { dragonInProcess } from './dragon-in-process.fixture.ts';

const dragon = (line: string) => dragonInProcess(line.split(' ').filter(Boolean), { COLUMNS: '120' });

const RUN_USAGE = 'usage: dragon run SCENARIO [options]; see dragon run --help';
const JOIN_USAGE = 'usage: dragon join --nats URL [options]; see dragon join --help';
const USAGE = 'usage: dragon [command] [options]; see dragon --help';

test.each([
  ['rnu', "unknown command 'rnu'; did you mean run? (one of: demo, list, run, ", USAGE],
  ['rnu --help', "unknown command 'rnu'; did you mean run? (one of: demo, list, run, ", USAGE],
  ['--json nosuch -h', "unknown command 'nosuch' (one of: demo, list, run, ", USAGE],
  ['completion tcsh', "unknown shell 'tcsh'", 'usage: dragon completion bash|zsh|fish; see dragon completion --help'],
  ['demo now', 'demo takes no arguments', 'usage: dragon demo; see dragon demo --help'],
  ['help rnu', "unknown command 'rnu'; did you mean run? (one of: demo, list, run, "],
  ['--jsn', "unknown option '--jsn'", USAGE],
  ['run', 'run needs SCENARIO', RUN_USAGE],
  ['run a b', 'run takes at most 1 argument', RUN_USAGE],
  ['run a --resume run-1', '--resume goes on with the words that the run was begun with: leave out a', RUN_USAGE],
  [
    'run --resume run-1 --json',
    '--resume goes on with the words that the run was begun with: leave out --json',
    RUN_USAGE,
  ],
  ['run seed-deadlock --resumable', '--resumable is for a distributed run that recovers: add --distributed', RUN_USAGE],
  [
    'run seed-deadlock --processes 2 --resumable --trace x',
    '--resumable: what a trace has of a run is in no',
    RUN_USAGE,
  ],
  ['diff a', 'diff needs TRACE TRACE', 'usage: dragon diff TRACE TRACE; see dragon diff --help'],
  ['list all', "unknown scenario 'all'", 'usage: dragon list [SCENARIO] [--json]; see dragon list --help'],
  ['list a b', 'list takes at most 1 argument', 'usage: dragon list [SCENARIO] [--json]; see dragon list --help'],
  [
    'run short-queue --set inods=5',
    "--set: short-queue: unknown parameter 'inods'; did you mean inodes? (one",
    RUN_USAGE,
  ],
  ['run short-queue --set free=2GiB', '--set: 1GiB of memory cannot hold 2GiB free, 0 page cache', RUN_USAGE],
  ['sweep short-queue --set free=2GiB', '--set: 1GiB of memory cannot hold 2GiB free, 0 page cache'],
  ['compare short-queue --set free=2GiB', '--set: 1GiB of memory cannot hold 2GiB free, 0 page cache'],
  ['chaos short-queue --set free=2GiB', '--set: 1GiB of memory cannot hold 2GiB free, 0 page cache'],
  ['doctor now', 'doctor takes no arguments', 'usage: dragon doctor [--machines]; see dragon doctor --help'],
  ['run seed-deadlok', "unknown scenario 'seed-deadlok'; did you mean seed-deadlock?", RUN_USAGE],
  ['run seed-deadlock --sed 3', "unknown option '--sed'; did you mean --seed?", RUN_USAGE],
  ['run seed-deadlock --stats=yes', '--stats takes no value', RUN_USAGE],
  ['run seed-deadlock --cpus', '--cpus needs a value, <n>', RUN_USAGE],
  ['run seed-deadlock --cpus 0', "--cpus: '0' is not a whole number from 1 to 65536", RUN_USAGE],
  ['run many-cpus --cpus 65537', "--cpus: '65537' is not a whole number from 1 to 65536", RUN_USAGE],
  [
    'run seed-deadlock --cpus 1025',
    '--cpus: scenario seed-deadlock can have at most 1024 CPUs, not 1025: the memory is the same for any number of them',
    RUN_USAGE,
  ],
  ['run seed-deadlock --cpus 2.5', "--cpus: '2.5' is not a whole number", RUN_USAGE],
  ['run seed-deadlock --seed -1', "--seed: '-1' is not a whole number from 0 to 9007199254740991", RUN_USAGE],
  ['run seed-deadlock --seed 9007199254740992', "--seed: '9007199254740992' is not a whole number", RUN_USAGE],
  ['run seed-deadlock --until 300', "--until: '300' is not a duration: give a number and a unit", RUN_USAGE],
  ['run seed-deadlock --until 8000000s', "--until: '8000000s' is too long: give at most 90d", RUN_USAGE],
  ['run seed-deadlock --profile v6.0', "unknown profile 'v6.0'; did you mean v6.1?", RUN_USAGE],
  ['run seed-deadlock --policy throtle=x', "unknown policy option 'throtle'; did you mean throttle?", RUN_USAGE],
  ['run seed-deadlock --policy repair=fast', "unknown value for repair 'fast' (one of: unregister-in-", RUN_USAGE],
  ['run seed-deadlock --policy ,', "--policy: ',' is empty: give key=value,…", RUN_USAGE],
  ['run seed-deadlock --policy v6.7', "--policy: 'v6.7' is a profile: give it with --profile", RUN_USAGE],
  ['run seed-deadlock --policy srcu', "--policy: 'srcu' is no key=value; did you mean shrinkers=srcu?", RUN_USAGE],
  ['run seed-deadlock --seeds 1..3', '--seeds: this makes one run, not 3: for many there is dragon sweep', RUN_USAGE],
  ['run seed-deadlock --until 0s', "--until: '0s' is zero: give a longer time", RUN_USAGE],
  ['run seed-deadlock --until 1y', "--until: '1y': unknown unit 'y' (one of: ns, us, ms, s, min, h, d)", RUN_USAGE],
  ['run seed-deadlock --until 9007199254740992ns', "'9007199254740992ns' is too long: give at most 90d", RUN_USAGE],
  ['run seed-deadlock --policy shrinkers', "policy 'shrinkers' is not of the form key=value", RUN_USAGE],
  ['run other-cpu --cpus 1', '--cpus: scenario other-cpu needs at least 2 CPUs, not 1', RUN_USAGE],
  ['run seed-deadlock --cpus 256 --distributed', 'agents is too much (at most 256): add --processes 8', RUN_USAGE],
  ['run seed-deadlock --processes 99', '--processes: this run has no more than', RUN_USAGE],
  ['run seed-deadlock --processes 257', "--processes: '257' is not a whole number from 1 to 256", RUN_USAGE],
  ['run seed-deadlock --nats http://a:1', '--nats: http://a:1 is no address of a NATS server: give nats://', RUN_USAGE],
  ['run seed-deadlock --no-recovery', '--no-recovery is for a distributed run: add --distributed', RUN_USAGE],
  ['run seed-deadlock --hosts 3', '--hosts is for hosts that have joined at a NATS server: name it with --nats'],
  ['run seed-deadlock --nats a --hosts 3', 'need the same key in DRAGON_RUN_KEY, as openssl rand', RUN_USAGE],
  ['run seed-deadlock --nats a --hosts 3 --processes 3', 'leave out --processes', RUN_USAGE],
  ['run seed-deadlock --nats a --hosts 0', "--hosts: '0' is not a whole number from 1 to 256", RUN_USAGE],
  ['sweep seed-deadlock --nats a', 'need the same key in DRAGON_RUN_KEY, as openssl rand'],
  ['chaos short-queue --nats http://a', '--nats: http://a is no address of a NATS server: give nats://'],
  ['compare seed-deadlock --nats-creds f', '--nats-creds is for hosts at a NATS server: add --nats'],
  ['join', 'name the NATS server at which hosts and runs meet, with --nats', JOIN_USAGE],
  ['join --nats a', 'need the same key in DRAGON_RUN_KEY, as openssl rand', JOIN_USAGE],
  ['join --nats http://a', '--nats: http://a is no address of a NATS server: give nats://', JOIN_USAGE],
  ['join --nats a --name a.b', "--name: 'a.b' is not a name: give up to 64 letters, digits, _ and -", JOIN_USAGE],
  ['join --nats a --capacity 0', "--capacity: '0' is not a whole number from 1 to 1024", JOIN_USAGE],
  ['run seed-deadlock --nats-creds file', '--nats-creds is for a distributed run: add --distributed', RUN_USAGE],
])('dragon %s', async (line, message, usage = '') => {
  const { code, out, err } = await dragon(line);
  expect(err).toContain(message);
  expect(err.trimEnd().split('\n')).toHaveLength(2);
  expect(err.startsWith('dragon: ')).toBe(true);
  expect(err.endsWith(`\n${usage}\n`) || usage === '').toBe(true);
  expect([code, out]).toEqual([64, '']);
});

test.each([
  '--help',
  'help',
  'help run',
  'run --help',
  'compare --help',
  'selftest --help',
  'sweep --help',
  'chaos --help',
  'shrink --help',
  'join --help',
  'list -h',
  'demo --help',
  'import --help',
  'conform --help',
  'calibrate --help',
  'replay --help',
  'diff --help',
  'doctor --help',
  'list',
  'list big-cache',
  'chaos list',
])('dragon %s fits a terminal', async (line) => {
  const { code, out, err } = await dragon(line);
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n').filter((text) => text.length > 120)).toEqual([]);
  expect(out.split('\n').length).toBeGreaterThan(3);
});

test('every value that dragon list shows is one that --policy takes', async () => {
  const { out } = await dragon('list --json');
  const { policy, profiles, scenarios } = JSON.parse(out) as {
    policy: { key: string; values: { value: string }[] }[];
    profiles: { name: string; policy: object }[];
    scenarios: { name: string }[];
  };
  const { out: text } = await dragon('list');
  for (const { key, values } of policy)
    for (const { value } of values) {
      expect(text).toContain(` ${value} `);
      const { err } = await dragon(`run nowhere --policy ${key}=${value}`);
      expect(err).toMatch(/unknown scenario 'nowhere'/);
    }
  for (const { name } of [...profiles, ...scenarios]) expect(text).toContain(`\n  ${name} `);
  expect(profiles.flatMap((profile) => Object.keys(profile.policy))).toEqual(
    profiles.flatMap(() => policy.map(({ key }) => key)),
  );
});

test('every fault is listed and explained, and is one that --fault takes', async () => {
  const [{ out: text }, { out: json }] = [await dragon('chaos list'), await dragon('chaos list --json')];
  const { faults } = JSON.parse(json) as { faults: { kind: string; standsFor: string }[] };
  expect(faults.length).toBeGreaterThan(5);
  for (const { kind, standsFor } of faults) {
    expect(text).toMatch(new RegExp(`^  ${kind}(?: |$)`, 'm'));
    expect((await dragon(`explain ${kind}`)).out.replaceAll('\n', ' ')).toContain(standsFor);
    const { err } = await dragonInProcess(['run', 'nowhere', '--fault', kind]);
    expect(err).toContain(`dragon: --fault: '${kind}' has no instant`);
  }
});

test.each([
  ['stall-cpu cpu=9 at=1s', 'stall-cpu-9: stall-cpu fits cpu/0, cpu/1, cpu/2, cpu/3, not cpu/9'],
  ['stall-cpu cpu=0 fro=1s', "at column 17: stall-cpu has an unknown parameter 'fro'; did you mean for?"],
  [
    'message to=ag/0 type=ag.unlock buffer=AGI at=1s',
    'message-ag-0 at 1.000000000 s is none that the model can go on after: agent ag/0 failed',
  ],
])('a fault that cannot be is one line, in a run and in a sweep: %s', async (fault, why) => {
  const words = [
    ['run', 'seed-deadlock', '--fault', fault],
    ['sweep', 'seed-deadlock', '--seeds', '1..2', '--fault', fault],
  ];
  for (const { code, err } of await Promise.all(words.map((each) => dragonInProcess(each)))) {
    expect(code).toBe(64);
    expect(err.split('\n')[0]?.startsWith(`dragon: --fault: ${why}`)).toBe(true);
  }
});

test('the heading of a run with faults, and the command that makes it again', async () => {
  const fault = 'stall-cpu cpu=0 for=10ms at=2220ms';
  const { code, out } = await dragonInProcess(['run', 'seed-deadlock', '--fault', fault]);
  expect(code).toBe(2);
  expect(out.replaceAll('\n', ' ')).toContain('4 CPUs, seed 1, stall-cpu-0 at 2220ms, in one process');
  expect(out).toContain(`--fault '${fault}'`);
});

test('what a run prints for a program is one object', async () => {
  const { code, out, err } = await dragon('run seed-deadlock --policy shrinkers=srcu --json --seed 7 --cpus 2');
  expect([code, err]).toEqual([2, '']);
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  const summary = JSON.parse(out) as { policy: Record<string, string>; deadlock: { cycle: unknown[] } };
  expect(summary).toMatchObject({ scenario: 'seed-deadlock', profile: 'v6.1', seed: 7, cpus: 2, outcome: 'deadlock' });
  expect(summary.policy).toMatchObject({ throttle: 'always', shrinkers: 'srcu', 'repair-lock': 'wait' });
  expect(summary.deadlock.cycle).toHaveLength(3);
});

test('statistics of a run change nothing of it', async () => {
  const line = 'run seed-deadlock --seed 7 --cpus 2';
  const [plain, text, json] = await Promise.all([line, `${line} --stats`, `${line} --stats --json`].map(dragon));
  const withoutFigures = (out = '') => out.replace(/, \d+\.\d s$/m, '').replace(/^Statistics .*\n(?: {2}.*\n)+/m, '');
  expect(text?.out).toMatch(/^Statistics of this process:\n {2}events a second +\d/m);
  expect([text?.code, text?.err, withoutFigures(text?.out)]).toEqual([2, '', withoutFigures(plain?.out)]);
  const { digest, stats } = JSON.parse(json?.out ?? '') as { digest: string; stats: object };
  expect(plain?.out).toContain(`digest ${digest};`);
  expect(Object.keys(stats)).toEqual(['eventsPerSecond', 'process']);
});

test('the command that a finding ends with gives the same digest', async () => {
  const policy = 'throttle=watermarks(256,64),shrinkers=srcu';
  const line = `run seed-direct-reclaim --profile v6.7 --policy ${policy} --cpus 2 --seed 5 --until 9s`;
  const { code, out } = await dragon(line);
  expect(code).toBe(2);
  const [, broken = ''] = /^The same run again:\s+npx dragon ((?:.*\\\n)*.*)$/m.exec(out) ?? [];
  const again = broken.replaceAll(/ \\\n */g, ' ');
  expect(again).toBe(line.replace(policy, `'${policy}'`));
  const digest = (text: string) => /digest (\w+)/.exec(text)?.[1];
  expect(digest((await dragon(again.replaceAll("'", ''))).out)).toBe(digest(out));
});

test('what the kernel would have printed, and nothing else', async () => {
  const [hung, lockdep, quiet, unknown, both] = await Promise.all(
    [
      'run seed-deadlock --format hung-task',
      'run seed-deadlock --format lockdep',
      'run other-ag --until 100ms --format lockdep',
      'run seed-deadlock --format dmesg',
      'run seed-deadlock --format lockdep --json',
    ].map(dragon),
  );
  expect(hung?.code).toBe(2);
  expect(hung?.err).toMatch(/^dragon: the run ended at 2\.\d+ s: from 240\.000000000 s on khungtaskd would print this/);
  expect(hung?.out).toMatch(/^(?:\[ +240\.000000\] .*\n)+$/);
  expect(hung?.out.match(/INFO: task \S+ blocked for more than 120 seconds\.$/gm)).toHaveLength(10);
  expect([lockdep?.code, lockdep?.err]).toEqual([2, '']);
  expect(lockdep?.out).toMatch(/^(?:\[ +2\.220880\](?: .*)?\n)+$/);
  expect(quiet).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringMatching(/^dragon: lockdep would have said nothing/),
  });
  expect([unknown?.code, unknown?.err.split('\n')[0]]).toEqual([
    64,
    "dragon: --format: unknown form 'dmesg' (one of: text, hung-task, lockdep)",
  ]);
  expect([both?.code, both?.out]).toEqual([64, '']);
});

test('a stall is reported with what it waits for and the log of the kernel', async () => {
  const { code, out } = await dragon('run stuck-disk');
  expect(code).toBe(2);
  expect(out).toMatch(
    /^STALL: xfs_scrub has waited over 120 s for disk sda, .*\nxfs_scrub waits for disk sda, which is outside the model, for \d+ s/m,
  );
  expect(out).toMatch(/^\[ +\d+\.\d{6}\] INFO: task \S+ blocked for more than 120 seconds\.$/m);
  expect(out).toMatch(
    /^Outcome: stalled, at 300\.000000000 s of virtual time; \d+ events; digest \w{16}; 1 process, /m,
  );
});

test('without a server the demo goes on in one process, and says so', { timeout: 60_000 }, async () => {
  const { code, out, err } = await dragonInProcess([], { NATS_URL: 'nats://127.0.0.1:9', COLUMNS: '120' });
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^ +Left out: no NATS server at nats:\/\/127\.0\.0\.1:9 \(connection refused\): /m);
  expect(out).toMatch(
    /^DEADLOCK: kswapd0, kworker\/0:1 and xfs_scrub wait for each other, for ever\.\nkworker\/0:1 waits for/m,
  );
  expect(out).not.toContain('The digests are equal');
  expect(out).toMatch(/^12 of 12 verdicts are as expected\. /m);
});
