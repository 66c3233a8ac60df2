/**
 * Table of every command that README, docs, man page, help and demo tell a reader to type: what comes of it, and the
 * words beside it that say so. Whoever changes a sentence changes its row, and with it looks at what the command does.
 */

/** What comes of a command. */
export interface Outcome {
  /** The words beside it, wherever it stands: a whole comment, or part of a paragraph. */
  readonly beside?: readonly string[];
  /** Its exit code; 0 where none is said. */
  readonly exit?: number;
  /** What it says on standard error; nothing where nothing is said. */
  readonly notes?: string;
  /** What is in its output. */
  readonly says?: readonly string[];
  /** What the tests run in its place, as it takes long or has a word to fill in; `docs:check` runs it in full. */
  readonly shorter?: string;
  /** What is in the output of the whole command, where that is not in the shorter one's. */
  readonly saysInFull?: readonly string[];
  /** Why neither the tests nor `docs:check` run it. */
  readonly notRun?: string;
}

const DOCKER = 'needs Docker: npm run test:compose does it';
const UNTIL_STOPPED = 'stays until Ctrl-C: inspect-command.test.ts of the command tries each kind';
const HOSTS = 'needs other hosts: test/e2e/hosts.test.ts has some';
const TOOL = 'a tool of this repository, not the program';
const DRAWN = 'takes its time, and draws other cases each time: selftest-command.test.ts tries each part';
const PACKED = 'test/package packs, installs and runs it';
const BENCH = 'takes minutes, and measures; test/bench has its own tests';

/**
 * In the order in which they are run, as some read what others wrote. TRACE.gz is an excerpt of a real trace that is in
 * this repository.
 */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  // The demo and the tests, which run themselves.
  'npm start': {
    beside: ['the deadlock: found, explained, cured; every agent in its own process'],
    notRun: 'test/e2e/demo.test.ts runs it',
  },
  'npm test': {
    beside: ['every test, with real processes, a real nats-server and a real browser'],
    notRun: 'this is part of it',
  },
  'npx dragon': {
    beside: ['the demo: a deadlock found, explained and cured'],
    notRun: 'test/e2e/demo.test.ts runs it',
  },

  // Looked at in the browser.
  'npx dragon inspect': { notRun: UNTIL_STOPPED },
  'npx dragon inspect seed-deadlock': {
    beside: ['the same deadlock in the browser, as it closes'],
    notRun: UNTIL_STOPPED,
  },
  'npx dragon inspect seed-deadlock --speed 0.05 --no-open --port 8080': { notRun: UNTIL_STOPPED },
  'npx dragon inspect big-cache-50k --policy throttle=skip-kswapd --set inodes=3000 --until 600ms': {
    notRun: UNTIL_STOPPED,
  },
  'npx dragon inspect seed-deadlock --distributed --speed 0.1': { notRun: UNTIL_STOPPED },
  "npx dragon inspect run.trace '#t=2220882078'": { notRun: UNTIL_STOPPED },
  'npx dragon inspect dmesg.txt': { notRun: UNTIL_STOPPED },
  'npx dragon join --nats nats://127.0.0.1:4222': { notRun: HOSTS },
  'npx dragon join --nats nats://127.0.0.1:4222 --name alpha --capacity 1': { notRun: HOSTS },
  'npx dragon join --nats tls://nats.example.org --name alpha --capacity 8': { notRun: HOSTS },
  'npx dragon run seed-deadlock --nats nats://127.0.0.1:4222 --hosts 3': { notRun: HOSTS },
  'npx dragon sweep seed-deadlock --seeds 1..1000 --nats nats://127.0.0.1:4222': { notRun: HOSTS },
  'npx dragon compare seed-deadlock --seeds 1..100 --nats nats://127.0.0.1:4222': { notRun: HOSTS },
  'npx dragon chaos short-queue --seeds 1..1000 --nats nats://127.0.0.1:4222': { notRun: HOSTS },
  'npx dragon inspect --nats nats://127.0.0.1:4222 --run main': { notRun: UNTIL_STOPPED },

  // What there is.
  'npx dragon list': {
    beside: [
      'scenarios, profiles, policies',
      'what there is to run',
      'then shows it',
      'it needs no code',
      'has all',
      'what else there is to run',
    ],
    says: ['\n  seed-deadlock ', '\n  v6.1-patched ', '\n     skip-kswapd '],
  },
  'npx dragon list big-cache': { beside: ['what may be set of it, and what it is'], says: ['\n  inodes ', '500000'] },
  'npx dragon doctor': { beside: ['what this machine has for it'], says: ['nats-server'] },
  'npx dragon import --help': { beside: ['a log or a trace of a kernel of yours'], says: ['ftrace'] },

  // The self-test.
  'npx dragon selftest': { notRun: DRAWN },
  'npx dragon selftest --minutes 30': { notRun: DRAWN },
  'npx dragon selftest --only fuzz --cases 10000': { notRun: DRAWN },

  // Runs.
  'npx dragon run seed-deadlock': {
    beside: ['kswapd, an inodegc worker and online repair meet'],
    exit: 2,
    says: [
      'DEADLOCK: kswapd0, kworker/0:1 and xfs_scrub wait for each other',
      'Found at 2.220882078 s',
      'digest 03c7f7de3f9080ae',
    ],
  },
  'npx dragon run seed-deadlock --verbose': {
    beside: ["the same, with the model's own messages and states"],
    exit: 2,
    says: ['digest 03c7f7de3f9080ae', 'task.inodesQueued'],
  },
  'npx dragon run seed-deadlock --format hung-task': {
    beside: ["what a real kernel's log would have of it"],
    exit: 2,
    notes:
      'dragon: the run ended at 2.320882078 s: from 240.000000000 s on khungtaskd would print this, if nobody goes on until then\n',
    says: ['INFO: task kswapd0:71 blocked for more than', 'task:kswapd0         state:D'],
  },
  'npx dragon run seed-deadlock --profile v6.1-patched': {
    beside: ['the same, but kswapd never waits: no deadlock'],
    says: ['Outcome: completed'],
  },
  'npx dragon run seed-deadlock --distributed': {
    beside: ['each agent in a process of its own', 'each agent in a process of its own, over NATS'],
    exit: 2,
    shorter: 'npx dragon run seed-deadlock --processes 2',
    says: ['Found at 2.220882078 s', 'digest 03c7f7de3f9080ae'],
  },
  'npx dragon run seed-deadlock --policy throttle=skip-kswapd': {
    beside: ['the cure that was dropped: no deadlock here'],
    says: ['Outcome: completed'],
  },
  'npx dragon run seed-direct-reclaim --policy throttle=skip-kswapd': {
    beside: ['... and why it is half a cure'],
    exit: 2,
    says: ['Outcome: deadlock'],
  },
  'npx dragon run seed-deadlock --set tasks=2': {
    beside: ['two tasks get into the jam, not seven'],
    exit: 2,
    says: ['4 CPUs, tasks=2, seed 1', '2 more tasks wait behind them'],
  },
  'npx dragon run seed-direct-reclaim --policy throttle=skip-kswapd --json': {
    exit: 2,
    says: ['"outcome":"deadlock"'],
  },
  'npx dragon run seed-deadlock --cpus 16 --seed 7 --distributed': {
    beside: ['each agent a process, over NATS'],
    exit: 2,
    shorter: 'npx dragon run seed-deadlock --cpus 16 --seed 7 --processes 2',
    says: ['digest 2bedbd3e8d9e7eed'],
    saysInFull: ['digest 2bedbd3e8d9e7eed', '69 processes'],
  },
  'npx dragon run seed-deadlock --processes 3': {
    beside: ['shared out over three'],
    exit: 2,
    says: ['digest 03c7f7de3f9080ae', '3 processes'],
  },
  'npx dragon run seed-deadlock --policy throttle=skip-reclaim,repair-lock=trylock': {
    beside: ['completed: no deadlock'],
    says: ['Outcome: completed'],
  },
  'npx dragon compare fragmented-files --candidate v5.15 --candidate v5.19 --seeds 1..2 --cpus 4 --until 20s': {
    beside: ['a table says who else waited: statfs for seconds before 5.19, and not from then on'],
    shorter:
      'npx dragon compare fragmented-files --candidate v5.15 --candidate v5.19 --seeds 1..1 --cpus 4 --until 20s --jobs 1 --state waits.jsonl',
    says: ['who waits', 'statfs     v5.19      4     0 ns    0 ns        -    0 ns'],
  },
  'npx dragon compare slow-shrinker --candidate v6.1 --candidate v6.12 --seeds 1..2 --cpus 4 --until 30s': {
    beside: ['the table: a mount takes 13 s up to 6.6, and 30 ms from 6.7 on'],
    shorter:
      'npx dragon compare slow-shrinker --candidate v6.1 --candidate v6.12 --seeds 1..1 --cpus 4 --until 30s --jobs 1 --state mounts.jsonl',
    says: ['mount      v6.1       4  18.2 ms   12.8 s        -   12.8 s', 'mount      v6.12      4  17.2 ms'],
  },
  'npx dragon run slow-shrinker --set demand=48000KiB --set page-cache=5000KiB --until 20s': {
    beside: ['killed, though clean inodes of XFS could have met the demand'],
    exit: 2,
    says: ['OOM KILL: hog was killed', 'in mount, 8.03 s of it for', '18976 counted by the VFS'],
  },
  'npx dragon run slow-shrinker --set mounters=0 --set demand=48000KiB --set page-cache=5000KiB --until 20s': {
    beside: ['the same with nobody who mounts: completed'],
    says: ['Outcome: completed'],
  },
  'npx dragon run late --policy throttle=skip-kswapd --set fdatasync-every=1s --until 20s': {
    beside: ['killed: fdatasync of a file that neither grows nor moves forces no log'],
    exit: 2,
    says: ['OOM KILL: hog was killed'],
  },
  'npx dragon run late --policy throttle=skip-kswapd --set fsync-every=1s --until 20s': {
    beside: ['the same with fsync, once a second: completed'],
    says: ['Outcome: completed'],
  },
  'npx dragon run seed-drop-caches --policy throttle=skip-reclaim': {
    beside: ['a deadlock all the same: drop_caches waits'],
    exit: 2,
    says: ['Outcome: deadlock'],
  },
  'npx dragon run seed-direct-reclaim': {
    beside: ['the same deadlock through another door'],
    exit: 2,
    says: ['stress-ng   -> kworker/0:1  for the inodegc work of CPU 0'],
  },
  'npx dragon run other-ag': {
    beside: ['a neighbour in which nothing happens: repair holds an AG that no inode needs'],
    says: ['Outcome: completed'],
  },
  'npx dragon run repair-first': {
    beside: ["kswapd's trylock fails, and that saves the machine"],
    says: ['Outcome: completed'],
  },
  'npx dragon run seed-deadlock --seed 7 --cpus 16': { exit: 2, says: ['digest 2bedbd3e8d9e7eed'] },
  'npx dragon run seed-deadlock --profile v6.7': { says: ['Outcome: completed'] },
  "npx dragon run seed-deadlock --policy 'throttle=timed(250ms),shrinkers=srcu'": { says: ['Outcome: completed'] },
  'npx dragon run stuck-disk': {
    beside: ['a hang that is no deadlock', 'shows a hang that is no deadlock at all'],
    exit: 2,
    says: ['blocked for more than 120 seconds', 'Outcome: stalled'],
  },
  'npx dragon run pressure --cpus 1 --seed 5 --policy worker-context=gfp-kernel': {
    beside: ["6.1.0's worker waits for itself", "the worker's allocation reclaims through the file system"],
    exit: 2,
    says: ['DEADLOCK: kworker/0:1 waited for itself, until the cycle came undone.', 'Found at 3.570231086 s'],
  },
  'npx dragon run big-cache-50k --set inodes=3000 --policy throttle=skip-kswapd --cpus 4 --until 600ms': {
    beside: ['prints, after 0.13 s of virtual time:'],
    exit: 2,
    says: [
      'free:5792kB boost:0kB min:5792kB low:7888kB high:9984kB active_anon:0kB inactive_anon:94188kB',
      'slab_reclaimable:753',
      '(/proc/meminfo would say MemAvailable: 0 kB)',
      'Out of memory: Killed process 2306 (hog)',
      '0.134845]',
      '3000 inodes are on their way to be free and in no count (3000 evicted, queued or in a batch, 0 waiting',
    ],
  },
  "npx dragon run seed-deadlock --fault 'kill-task task=allocator/0 at=100ms'": {
    beside: ['stress-ng is killed before it can wake kswapd: no deadlock'],
    says: ['Outcome: completed'],
  },
  'npx dragon run seed-deadlock --plan plan.yaml': {
    beside: ['kswapd is never woken, so nobody walks the shrinkers: no deadlock'],
    says: ['drop-kswapd.wake  drop: 1 message', 'Outcome: completed'],
  },
  'npx dragon schema fault-plan': { beside: ['what else a plan may say'], says: ['kswapd.wake'] },
  "npx dragon run seed-deadlock --fault 'kill-task task=repair/0 at=1s'": {
    beside: ['kill -9 on xfs_scrub only brings the deadlock forward: to end, it needs shrinker_rwsem'],
    exit: 2,
    says: ['Outcome: deadlock, at 1.1'],
  },
  "npx dragon run nofs-caller --until 5s --fault 'drop-caches at=200ms'": {
    beside: ['a neighbour that completes by itself; echo 2 > drop_caches makes it the deadlock'],
    exit: 2,
    says: ['Outcome: deadlock, at 2.3'],
  },
  "npx dragon run seed-deadlock --until 3s --fault 'fail-disk ag=0 at=5ms'": {
    beside: ['the disk fails under AG 0: xfs_scrub gives up, XFS shuts down, and there is no deadlock'],
    says: ['The file system was shut down at 0.064', 'Outcome: completed'],
  },
  "npx dragon sweep seed-deadlock --seeds 1..20 --fault 'stall-cpu cpu=0 for=2100ms at=100ms'": {
    beside: ['a CPU that stands still until repair is nearly done saves 5 of 20 seeds'],
    exit: 2,
    says: ['completed  5 runs', 'deadlock   15 runs'],
  },
  'npx dragon explain take-pages': {
    beside: ['what a fault stands for'],
    says: ['take-pages: a fault (dragon run --fault): free pages'],
  },
  'npx dragon run NAME': { notRun: 'NAME stands for a scenario' },

  // Traces of ours.
  'npx dragon run seed-deadlock --trace run.trace': {
    beside: ['the same, recorded', 'the same run, recorded'],
    exit: 2,
    says: ['Trace: run.trace, 814 rows'],
  },
  'npx dragon replay run.trace': {
    beside: ['the same run again, compared row by row', 'made again, row by row the same'],
    says: ['digest 03c7f7de3f9080ae'],
  },
  'npx dragon run seed-deadlock --seed 2 --trace other.trace': {
    beside: ['another seed'],
    exit: 2,
    says: ['Trace: other.trace'],
  },
  'npx dragon diff run.trace other.trace': { beside: ['where they part'], exit: 2, says: ['393.5 us later'] },
  'npx dragon export perfetto run.trace --out run.pftrace': {
    beside: ['a timeline of every thread, for ui.perfetto.dev'],
    says: ['Perfetto trace: run.pftrace, 814 rows'],
  },
  'npx dragon export mermaid run.trace --agents kswapd0,kworker/0:1,ag/0,xfs_scrub': {
    beside: ['who told whom what before the ring closed, as a diagram for a page'],
    says: ['sequenceDiagram\nparticipant a0 as kswapd0\n'],
  },
  'npx dragon export svg run.trace --agent xfs_scrub --at 2s --out xfs_scrub.svg': {
    beside: ['the statechart of a thread at an instant: what it did, does, and may do next'],
    says: ['xfs_scrub at 2.000000000 s of seed-deadlock'],
  },
  'npx dragon export page run.trace --out run.html': {
    beside: ['the inspector with the run in it: one file, to attach to a mail'],
    says: ['Page: run.html', 'digest 03c7f7de3f9080ae'],
  },
  'npx dragon export page seed-deadlock --policy throttle=skip-kswapd --out cured.html': {
    says: ['Page: cured.html', 'completed, digest '],
  },
  'npx dragon run other-ag --processes 4 --trace run.trace': {
    shorter: 'npx dragon run other-ag --processes 2 --trace run.trace --until 100ms',
    says: ['Outcome: completed', 'Trace: run.trace'],
  },

  // Many runs.
  'npx dragon chaos short-queue': {
    beside: ['faults that nobody chose, and what comes of them'],
    shorter: 'npx dragon chaos short-queue --seeds 1..2 --until 1s --jobs 1 --state hunt-1.jsonl',
    says: ['completed  2 runs', 'Reached: '],
  },
  "npx dragon shrink seed-deadlock --seed 7 --cpus 16 --fault 'drop-caches at=1s' --fault 'slow-disk at=100ms'": {
    exit: 2,
    beside: ['two faults, of which one matters; 16 CPUs, of which it takes one; seven tasks, of which it takes none'],
    shorter:
      "npx dragon shrink seed-deadlock --seed 7 --cpus 2 --fault 'drop-caches at=1s' --fault 'slow-disk at=100ms' --jobs 1",
    says: ['1 fault, 0 rules, 1 CPU', 'with drop-caches at=1s', '5. '],
  },
  'npx dragon shrink seed-deadlock': {
    exit: 2,
    beside: ['what of a run it takes to find the same'],
    shorter: 'npx dragon shrink seed-deadlock --jobs 1',
    says: ['0 faults, 0 rules, 1 CPU'],
  },
  "npx dragon shrink nofs-caller --until 5s --fault 'drop-caches at=200ms' -o smaller.yaml": {
    exit: 2,
    shorter: "npx dragon shrink nofs-caller --until 5s --fault 'drop-caches at=200ms' -o smaller.yaml --jobs 1",
    says: ['The essential steps:', 'smaller.yaml'],
  },
  'npx dragon chaos list': {
    beside: ['the faults that are drawn, and what of a real machine each stands for'],
    says: ['Stands for: an administrator, or xfs_scrub_all.timer'],
  },
  'npx dragon chaos short-queue --seeds 1..100': {
    beside: ['no seed alone deadlocks here: which faults are needed?'],
    shorter: 'npx dragon chaos short-queue --seeds 1..2 --until 1s --jobs 1 --state hunt-2.jsonl',
    says: ['Reached: '],
  },
  'npx dragon chaos umount-in-progress --seeds 1..1000 --report chaos.html': {
    beside: ['how far the runs came: the curve of findings, and every transition that none took'],
    shorter:
      'npx dragon chaos umount-in-progress --seeds 1..2 --until 1s --jobs 1 --state hunt-3.jsonl --report chaos.html',
    says: ['Reached: '],
  },
  'npx dragon chaos other-cpu --cpus 16 --for 10m --json': {
    shorter: 'npx dragon chaos other-cpu --cpus 2 --seeds 1 --until 1s --for 10m --jobs 1 --state hunt-4.jsonl --json',
    says: ['"schema":"dragon/chaos"'],
  },
  'npx dragon sweep seed-deadlock': {
    exit: 2,
    shorter: 'npx dragon sweep seed-deadlock --seeds 1..2 --jobs 1',
    says: ['npx dragon run seed-deadlock --seed 1'],
  },
  'npx dragon sweep seed-deadlock --seeds 1..100': {
    beside: ['what many seeds find, each with its replay', 'the cycles that 100 seeds find, each with its replay'],
    exit: 2,
    shorter: 'npx dragon sweep seed-deadlock --seeds 1..5 --jobs 1',
    says: ['npx dragon run seed-deadlock --seed 1'],
  },
  'npx dragon sweep seed-deadlock --policy shrinkers=srcu --seeds 1..20': {
    beside: ['20 runs, 20 deadlocks'],
    exit: 2,
    says: ['deadlock  20 runs', 'deadlock: 20 seeds'],
  },
  'npx dragon sweep seed-deadlock --candidate v6.1 --candidate throttle=skip-kswapd --seeds 1..1000': {
    exit: 2,
    shorter: 'npx dragon sweep seed-deadlock --candidate v6.1 --candidate throttle=skip-kswapd --seeds 1..2 --until 5s',
    says: ['deadlock', 'completed'],
  },
  'npx dragon sweep seed-direct-reclaim --seeds 1..50 --cpus 16 --json': {
    exit: 2,
    shorter: 'npx dragon sweep seed-direct-reclaim --seeds 1..5 --jobs 1 --cpus 16 --json',
    says: ['"outcomes":{"deadlock":5'],
  },
  'npx dragon compare seed-deadlock --seeds 1..100': {
    beside: ['what each policy costs, over many seeds'],
    shorter: 'npx dragon compare seed-deadlock --seeds 1..2 --jobs 1 --state 1.jsonl',
    says: ['skip-kswapd has a deadlock in 0 of 2 runs and always in 2'],
    saysInFull: ['skip-kswapd removes the deadlock (0 of 100 runs instead of 100)'],
  },
  'npx dragon compare seed-deadlock --candidate v6.1 --candidate v6.7 --seeds 1..20 --cpus 1,4,16': {
    shorter:
      'npx dragon compare seed-deadlock --candidate v6.1 --candidate v6.7 --seeds 1..1 --cpus 1 --until 5s --jobs 1 --state 2.jsonl',
    says: ['v6.7'],
  },
  'npx dragon compare seed-deadlock --seeds 1..100 --report compare.html --csv compare.csv': {
    shorter:
      'npx dragon compare seed-deadlock --seeds 1..2 --report compare.html --csv compare.csv --jobs 1 --state 3.jsonl',
    says: ['Report: compare.html'],
  },
  'npx dragon compare big-cache-50k': {
    beside: ['what the patch of the mail costs, in the model'],
    shorter: 'npx dragon compare big-cache-50k --seeds 1..1 --until 100ms --jobs 1 --state 5.jsonl',
    says: ['always', 'skip-kswapd'],
  },
  "npx dragon compare big-cache-50k --candidate throttle=always --candidate 'throttle=watermarks(256,64)' --seeds 1..8 --cpus 4 --until 20s --report compare.html":
    {
      beside: ['neither kills'],
      shorter:
        "npx dragon compare big-cache-50k --candidate throttle=always --candidate 'throttle=watermarks(256,64)' --seeds 1..1 --cpus 4 --until 100ms --report compare.html --jobs 1 --state 10.jsonl",
      says: ['Report: compare.html'],
    },

  "npx dragon compare late --candidate throttle=always --candidate throttle=skip-kswapd --candidate throttle=skip-reclaim --candidate 'throttle=timed(10ms)' --candidate 'throttle=watermarks(256,64)' --candidate throttle=outside-rwsem --candidate throttle=allocators --candidate throttle=inline --candidate throttle=skip-kswapd,accounting=queued-counted --candidate throttle=skip-kswapd,accounting=queued-counted-and-oom-aware --candidate throttle=always,reclaim=flushes-commit-record --candidate throttle=skip-kswapd,reclaim=flushes-commit-record --candidate throttle=always,reclaim=forces-log --candidate throttle=skip-kswapd,reclaim=forces-log --candidate throttle=allocators,reclaim=forces-log --seeds 1..16 --cpus 1,4 --until 100s --report compare.html":
    {
      beside: [],
      shorter:
        "npx dragon compare late --candidate throttle=always --candidate throttle=skip-kswapd,reclaim=forces-log --candidate 'throttle=timed(10ms)' --seeds 1..1 --cpus 4 --until 1100ms --report compare.html --jobs 1 --state 6.jsonl",
      says: ['always'],
    },
  'npx dragon compare late --set memory=450MiB --set log-worker-at=1s --sample 16 --range inodes=5k..150k --range page-cache=0..64MiB --range log-worker=1s..30s --range cpus=1..16 --until 100s --report map.html':
    {
      beside: [],
      shorter:
        'npx dragon compare late --set memory=450MiB --set log-worker-at=1s --sample 2 --range inodes=5k..150k --range page-cache=0..64MiB --range log-worker=1s..30s --range cpus=1..16 --until 1100ms --seeds 1 --report map.html --jobs 1 --state 13.jsonl',
      says: ['Report: map.html'],
    },
  'npx dragon compare late --set log-worker=5s --set log-worker-at=5s --seeds 1..16 --cpus 4 --until 100s': {
    beside: ['with the `--set` of the row'],
    shorter:
      'npx dragon compare late --set log-worker=5s --set log-worker-at=5s --seeds 1..1 --cpus 4 --until 1100ms --jobs 1 --state 12.jsonl',
    says: ['always', 'skip-kswapd'],
  },
  'npx dragon compare late --seeds 1..4 --cpus 4 --until 100s --edge-runs 420': {
    beside: ['after which most of three runs end otherwise'],
    shorter: 'npx dragon compare late --seeds 1 --cpus 4 --until 1100ms --edge-runs 12 --jobs 1 --state 14.jsonl',
    says: ['always', 'as the runs gave out'],
  },
  'npx dragon compare late --seeds 1..4 --cpus 4 --until 100s --sensitivity-seeds 1': {
    beside: ['the ranking stays the same in 25 of 26 cases: the patch kills, and `always` stalls'],
    shorter:
      'npx dragon compare late --seeds 1..1 --cpus 4 --until 1100ms --sensitivity-seeds 1 --jobs 1 --state 9.jsonl',
    says: ['always'],
  },
  'npx dragon compare short-queue --seeds 1..3 --cpus 1 --until 3s --edge-runs 320': {
    beside: ['the nearest is inodes: more of them than a queue may hold'],
    shorter:
      'npx dragon compare short-queue --seeds 1 --cpus 1 --until 2500ms --edge-runs 12 --jobs 1 --state edges.jsonl',
    says: [
      'the nearest is inodes',
      'deadlocks 1 of 1 instead of nothing in 1',
      'Not known, as the runs gave out: at (50ms..800ms), memory',
    ],
    saysInFull: ['the nearest is inodes', 'deadlocks 3 of 3 instead of nothing in 3'],
  },
  'npx dragon compare short-queue --sample 12 --range inodes=50..2000 --range cpus=1..4 --until 3s --report map.html --csv map.csv':
    {
      beside: ['deadlocks with more than 257 inodes, on any number of CPUs'],
      shorter:
        'npx dragon compare short-queue --sample 3 --range inodes=50..2000 --range cpus=1..4 --seeds 1 --until 2500ms --report map.html --csv map.csv --jobs 1 --state map.jsonl',
      says: ['3 points of a Latin hypercube over inodes 50..2000 in logarithms, cpus 1..4', 'Report: map.html'],
      saysInFull: ['inodes 50..171         4    0 [0..49]', 'inodes 585..2000       4  4 [51..100]'],
    },

  // Boots of a real kernel.
  'npx dragon import boots test/boots/consoles': {
    beside: ['a row for each console in the folder'],
    says: ['boot,group,cpus,memory_mib,policy,workload', 'late4s1-1,late4,4,384,skip-kswapd,beyond=25 LATE=5'],
  },
  'npx dragon compare late --against test/boots/boots.csv': {
    beside: ['real boots beside simulated ones with the same settings', 'Each boot is simulated with its own sizes'],
    exit: 2,
    // Where there are no inodes everything differs, and soon.
    shorter: 'npx dragon compare late --against test/boots/boots.csv --set inodes=0 --seeds 1..8 --jobs 1',
    says: [
      'late4, skip-kswapd: beyond=25 LATE=5 on 4 CPUs, 384 MiB; 5 real, 8 simulated',
      'killed after',
      'done after',
    ],
    saysInFull: ['late4, skip-kswapd: beyond=25 LATE=5 on 4 CPUs, 384 MiB; 5 real, 16 simulated'],
  },

  // Logs of a real kernel.
  'npx dragon import dmesg test/kernel-logs/mail-deadlock.txt': {
    beside: ['who waits for whom: a deadlock, a stall, or too little to tell'],
    exit: 2,
    says: ['DEADLOCK: kworker/0:0 waits for an AGI of vda, held by scrub', 'kswapd0     -> kworker/0:0'],
  },
  'npx dragon import dmesg dmesg.txt': { exit: 2, says: ['DEADLOCK: '] },

  // Words.
  'npx dragon explain throttle': {
    beside: ['what a word of the reports means'],
    says: ['throttle: xfs_inodegc_queue makes its caller wait for the worker'],
  },

  // Traces of a real kernel.
  'npx dragon import ftrace trace.txt.gz': { says: ['940 events'] },
  'npx dragon conform TRACE': { beside: ['0 disagreements'], says: ['Every number that was checked agrees with ours'] },
  'npx dragon conform TRACE --simulate': {
    beside: ['workload and machine read off its events'],
    says: ['worker runs'],
  },
  'npx dragon import ftrace TRACE.gz': { beside: ['events, timeline, statistics'], says: ['940 events'] },
  'npx dragon conform TRACE.gz': {
    beside: ["each number of the kernel's against the function here that should give it"],
    says: ['Every number that was checked agrees with ours'],
  },
  'npx dragon conform TRACE.gz --simulate': {
    beside: ['the same workload here, statistics side by side'],
    says: ['worker runs', 'OOM kills'],
  },
  'npx dragon conform TRACE.gz --simulate --write-workload workload.json': {
    beside: ['what was inferred, to be changed'],
    says: ['Workload: '],
  },
  'npx dragon conform TRACE.gz --simulate --workload workload.json': {
    beside: ['that workload, with the costs of the trace'],
    says: ['the workload of workload.json'],
  },
  'sh scripts/record-trace.sh -n -- rm -rf /mnt/tree': {
    beside: ['what would be recorded, and how'],
    notRun: 'test/setup/record-trace.test.ts runs it',
  },
  'npx dragon calibrate TRACE.gz -o machine.json': {
    beside: ['what its steps cost, as a profile'],
    says: ['Profile: machine.json'],
  },
  'npx dragon run unlink-storm --cpus 1 --until 300ms --latency machine.json': {
    beside: ['a scenario at those costs'],
    says: ['Outcome: completed'],
  },
  'npx dragon schema workload': { beside: ['what may stand in it'], says: ['drop-caches'] },
  'npx dragon calibrate TRACE.gz -o costs.json': {
    beside: ['what single steps cost on that machine'],
    says: ['Profile: costs.json'],
  },
  'npx dragon run pressure --cpus 1 --until 5s --latency costs.json': {
    beside: ['a scenario with those costs'],
    shorter: 'npx dragon run pressure --cpus 1 --until 500ms --latency costs.json',
    says: ['Outcome: completed'],
  },

  // The house.
  'npm run setup': { notRun: 'has been run before any test' },
  'npm pack': { notRun: PACKED },
  'npm pack && npm install --global ./sleeping-dragon-*.tgz': { notRun: PACKED },
  'npm pack && cd examples/own-agent && npm install && npm start': { notRun: PACKED },
  'npx vitest run packages/kernel/src/locking': { notRun: 'is part of the tests' },
  'npx vitest run test/repo': { notRun: 'is part of the tests' },
  'npx vitest run test/simulation/unchanged.test.ts': { notRun: 'is part of the tests' },
  'UPDATE_GOLDEN=1 npx vitest run test/examples/poller.test.ts': { notRun: TOOL },
  'npx vitest run test/examples': { notRun: 'is part of the tests' },
  'npm run typecheck && npm run lint && npm run knip': { notRun: TOOL },
  'npx pnpm@12.21.0 bench': { notRun: BENCH },
  'npx pnpm@12.21.0 --silent bench --json': { notRun: BENCH },
  'npx pnpm@12.21.0 bench --write-docs --before DIR': { notRun: BENCH },
  'npx pnpm@12.21.0 test:compose': { notRun: DOCKER },
  'docker compose up --build --abort-on-container-exit --exit-code-from coordinator': { notRun: DOCKER },
};

/** Scripts that no test runs, by their first line, and why. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  '# Recording on the machine to be measured.': 'test/setup/record-trace.test.ts runs the script',
  '# Recording inode inactivation and reclaim with tracefs.': 'needs root, on a machine whose kernel is to be traced',
  '# Recording with trace-cmd, while a command runs.': 'as above',
  '# Joining, on each machine.': HOSTS,
  '# Compose, with three servers.': `${DOCKER}; the cluster is tried by test/servers/cluster.test.ts`,
  '# Kubernetes: a secret (a password begins with a letter, or the server may read it as a number), the hosts, a run.':
    'needs a cluster; the manifests are tried by test/servers/deployments.test.ts',
};
