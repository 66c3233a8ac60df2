/** Texts of `--help` that are more than a line: what the command is for, its examples, its exit codes. */
import { EXIT_CODES, reflow, textTable, wrap } from '@dragon/report';
import { IS_INSTALLED } from './project-paths.ts';

const ABOUT = `\
A laboratory for deadlocks between memory reclaim and file systems. The threads and locks of a
Linux kernel are statecharts that exchange messages, and time is virtual: what happens depends on
scenario, policy and seed alone, whether all agents run in one process or each in its own, over
NATS. Every run ends with a digest that proves it. A deadlock is found when it closes, and
explained as the kernel's hung-task report would, with the cycle and the steps that led there.`;

export const about = (width: number) => reflow(ABOUT, width);

export const EXAMPLE_ROWS: readonly (readonly [command: string, meaning: string])[] = [
  ['dragon', 'the demo: a deadlock found, explained and cured'],
  ['dragon list', 'what there is to run'],
  ['dragon run seed-deadlock', 'kswapd, an inodegc worker and online repair meet'],
  ['dragon run seed-deadlock --profile v6.1-patched', 'the same, but kswapd never waits: no deadlock'],
  ['dragon run seed-deadlock --distributed', 'each agent in a process of its own'],
  ['dragon run seed-deadlock --trace run.trace', 'the same, recorded'],
  ['dragon replay run.trace', 'the same run again, compared row by row'],
  ['dragon sweep seed-deadlock --seeds 1..100', 'what many seeds find, each with its replay'],
  ['dragon chaos short-queue', 'faults that nobody chose, and what comes of them'],
  ['dragon shrink seed-deadlock', 'what of a run it takes to find the same'],
  ['dragon compare seed-deadlock --seeds 1..100', 'what each policy costs, over many seeds'],
];

export const examples = (width: number) =>
  [
    '',
    ...wrap(
      IS_INSTALLED ? 'Examples:' : 'Examples (type npx dragon, or npm start --, in the folder of the project):',
      width,
    ),
    ...textTable(EXAMPLE_ROWS, { width, indent: '  ' }),
    '',
    'Exit codes:',
    ...textTable(EXIT_CODES, { width, indent: '  ' }),
  ].join('\n');

const RUN_EXAMPLES = `
A run is repeated exactly by the same scenario, profile, policy, CPUs and seed; how many processes
share the work changes no digest. It ends at --until, or shortly after a finding.

--set changes what a scenario says of its world: sizes, and when things begin. 'dragon list SCENARIO'
shows what there is, with bounds. 50k is 50,000 of something; memory needs KiB, MiB, GiB or pages,
time s, ms, min.

Processes are for proof, not for speed: the digest is the same, and a run takes several times as
long as in one process, the start of the processes not counted.

With --distributed, a NATS server is started for this run alone, on the loopback with a random
token, unless --nats or NATS_URL name one. Credentials may be in the URL or, where others could
read the command line, in DRAGON_NATS_USER and DRAGON_NATS_PASSWORD, DRAGON_NATS_TOKEN,
DRAGON_NATS_CREDS or DRAGON_NATS_NKEY (files); for TLS: DRAGON_NATS_CA, DRAGON_NATS_CERT,
DRAGON_NATS_KEY (files). 'dragon doctor' tells whether this machine has what it takes. The processes
of a run have a random key, and hear nobody else at a shared server; whoever wants to look at the
run from elsewhere gives it a key, in DRAGON_RUN_KEY (16 characters at least), and uses the same.

With --hosts, the run is shared out over other machines, on which 'dragon join' waits at the same
server with the same DRAGON_RUN_KEY; it waits a minute for as many as are missing.

A process that is killed, or stopped for too long, is started again and led to where it was, from
the checkpoints that all take every two seconds: the run has the digest it would have had. Not so
over a server that was named, nor with --no-recovery; then a run ends when a process is lost.

With --resumable, the checkpoints are kept where they outlive the command, in the folder of your
state ($XDG_STATE_HOME/sleeping-dragon/runs, for you alone to read): 'dragon run --resume RUN' goes
on when all processes were killed, or after Ctrl-C, and the digest is the same. A run goes from
there when it has its result; what is left over goes after a week, or when there are more than
eight. To see which there are, resume one that there is not; to forget one, remove its folder.

With --inspect, Ctrl-C after the report ends the page, and the exit code is that of the run; before
the report it ends the run, and is 130.

--json prints one object, which 'dragon schema run' describes: enough to repeat the run.

--stats prints, with --json under the key stats, eventsPerSecond and, of one process, what it cost;
of many, rounds and, for all and each, events, windows and frames (messages that carry events), and
how the time was shared out: steps of agents, codec (frames written and read), waiting for others
(the barrier, NATS, a CPU). No digest depends on it.

Examples:
  dragon run seed-deadlock --seed 7 --cpus 16
  dragon run seed-deadlock --profile v6.7
  dragon run seed-deadlock --policy 'throttle=timed(250ms),shrinkers=srcu'
  dragon run seed-direct-reclaim --policy throttle=skip-kswapd --json
  dragon run seed-deadlock --set tasks=2
  dragon run other-ag --processes 4 --trace run.trace`;

export const runExamples = (width: number) => reflow(RUN_EXAMPLES, width);

const INSPECT_EXAMPLES = `
The page is served on the loopback alone. Its address has a token that allows to pause, step and pace
the run; who opens it without one may watch. A run goes at full speed to its first finding or its end,
unless --paused or --speed say otherwise, and is the same run, digest for digest, whoever looks at it
and however. The page stays until Ctrl-C, also when the run is over.

Exit code: that of the run, if it was over when Ctrl-C came, as 2 if it found something; 130 if it was
not, or there was none to be made.

Examples:
  dragon inspect
  dragon inspect seed-deadlock
  dragon inspect seed-deadlock --speed 0.05 --no-open --port 8080
  dragon inspect run.trace '#t=2220882078'
  dragon inspect dmesg.txt
  dragon inspect --nats nats://127.0.0.1:4222 --run main`;

export const inspectNotes = (width: number) => reflow(INSPECT_EXAMPLES, width);

const JOIN_NOTES = `
The key stands in the environment of both and is never sent; every message is sealed with it. Who has
it may use this machine, within --capacity; who does not is not heard. A host of another version of
the program is given nothing, and both sides say so. Servers are named, and logged in at, as with
'dragon run --nats'.

A host takes runs of 'dragon sweep', 'compare' and 'chaos' with --nats, out of a queue at the server,
which needs JetStream for that; and a part of a run of 'dragon run --hosts'. No result depends on who
made it, and a host that dies in the midst of many runs loses none of them.

Examples:
  dragon join --nats nats://127.0.0.1:4222
  dragon join --nats tls://nats.example.org --name alpha --capacity 8`;

export const joinNotes = (width: number) => reflow(JOIN_NOTES, width);

const COMPARE_EXAMPLES = `
Each --candidate changes the default profile (throttle=skip-kswapd), or is a profile, changed or not
(v6.7,throttle=skip-kswapd). Without one, throttle=always meets throttle=skip-kswapd. --policy means
what it means in 'dragon run', and holds for every candidate. Every candidate meets the same random numbers; differences are taken seed by seed. Runs go on to --until,
whatever they find: a deadlock or a kill is a result, and the exit code is 0. Every run meets the faults
of --fault, at the same instants.

The runs that are done are kept: after Ctrl-C, or to add seeds or candidates, give the command again.

--edge-runs finds out how little must change until a candidate does something else in most of three
runs; --sensitivity asks that, and whether the ranking stays.

--sample makes a map instead: every candidate and seed (default: 1..3) at each point of a Latin
hypercube over --range, and where in it most runs deadlock, kill or stall.

--against sets boots of a real kernel beside runs of the scenario, cell by cell: a group of boots under
one policy, and as many runs as there are seeds (default: 1..16), each with the settings of one of the
boots. The exit code is 2 if a cell disagrees beyond chance in anything, 0 if none does.

--json prints one object, which 'dragon schema compare' describes (or 'compare-sample',
'compare-against').

Examples:
  dragon compare seed-deadlock --seeds 1..100
  dragon compare seed-deadlock --candidate v6.1 --candidate v6.7 --seeds 1..20 --cpus 1,4,16
  dragon compare seed-deadlock --seeds 1..100 --report compare.html --csv compare.csv
  dragon compare late --against test/boots/boots.csv`;

export const compareExamples = (width: number) => reflow(COMPARE_EXAMPLES, width);

const SWEEP_EXAMPLES = `
Each --candidate changes the default profile (throttle=skip-kswapd), or is a profile, changed or not
(v6.7,throttle=skip-kswapd); without one, the default profile is run. --policy means what it means
in 'dragon run', and holds for every candidate. Every run is that of
'dragon run' with the same settings and has its digest, however many runs are made at a time.
Deadlocks are grouped by cycle (each task, what it waits for, who has that), and of each group the
first seed's command is printed. The exit code is 2 if any run finds something, as for 'dragon run'.
Ctrl-C ends a sweep with what is done by then, up to the first seed that is not.

--json prints one object, which 'dragon schema sweep' describes.

Examples:
  dragon sweep seed-deadlock
  dragon sweep seed-deadlock --candidate v6.1 --candidate throttle=skip-kswapd --seeds 1..1000
  dragon sweep seed-direct-reclaim --seeds 1..50 --cpus 16 --json`;

export const sweepExamples = (width: number) => reflow(SWEEP_EXAMPLES, width);

const CHAOS_EXAMPLES = `
Each seed draws which kinds of faults its run may have, then the faults, and a schedule: uniform, or by
priorities, in which some threads hear of everything later. Runs that took a transition, or waited in a
way, that no run had before are changed further, near that instant. A hunt is the same however many
runs are made at a time. Findings are grouped by cycle, in roles; each has a command that makes it
again, and one that shows it. The exit code is 2 if there is any.

With --plan, the faults and rules of the file are those of every run, and seeds and schedules are
hunted through. The runs that are done are kept: after Ctrl-C, give the command again.

--json prints one object, which 'dragon schema chaos' describes.

Examples:
  dragon chaos list
  dragon chaos short-queue
  dragon chaos umount-in-progress --seeds 1..1000 --report chaos.html
  dragon chaos other-cpu --cpus 16 --for 10m --json`;

export const chaosExamples = (width: number) => reflow(CHAOS_EXAMPLES, width);

const SHRINK_EXAMPLES = `
The run is the one that 'dragon run' makes with the same options. What it finds, as dragon chaos groups
it, is found by every run that is kept: first faults and rules are left out, then CPUs, then numbers
get smaller or rounder, the messages of rules fewer, the seed lower, the end earlier, until nothing of
that can go. It comes to the same however many runs are made at a time. Of a deadlock, the steps are
told without any of which there would be none. The exit code is 2, as the run has a finding.

Rules need a file: SCENARIO-shrunk.yaml in this folder, unless -o names another. Ctrl-C ends it with
what it has come to. How many inodes or tasks there are, scenario and --set say, and it stays so.

--json prints one object, which 'dragon schema shrink' describes.

Examples:
  dragon shrink seed-deadlock
  dragon shrink nofs-caller --until 5s --fault 'drop-caches at=200ms' -o smaller.yaml`;

export const shrinkExamples = (width: number) => reflow(SHRINK_EXAMPLES, width);

const IMPORT_EXAMPLES = `
A log is what dmesg, journalctl -k, syslog or a serial console had of it, of Linux 4.4 or later, quoted
in a mail or not: hung-task reports, sysrq w and t, backtraces of CPUs, lists of held locks, warnings
of lockdep, /proc/PID/stack. FILE may be - for standard input. Exit code of import dmesg: 2 for a
deadlock, a stall or a warning of lockdep, 3 if the log tells too little, 0 if no task is blocked.

A cycle is called a deadlock only if each edge of it is a fact or the only holder in the log that
fits, and the report says which.

A console of a boot begins with a line as 'tag=late4s1-1 cpus=4 mem=384 args=…'; test/boots/consoles has
some. Exit code of import boots: 0, or 3 if the folder has none.

Examples:
  dragon import ftrace trace.txt.gz
  dragon import dmesg dmesg.txt
  journalctl -k -b -1 | dragon import dmesg -
  dragon import boots test/boots/consoles`;

export const importExamples = (width: number) => reflow(IMPORT_EXAMPLES, width);

const SELFTEST_NOTES = `
digests: runs made in one process, by XState, from a snapshot and in several processes end with the
same digest. fuzz: files and frames that were changed at random are refused in a line, or read as far
as they can be, in bounded time and memory; nothing of them is obeyed by the terminal. kills: runs of
which processes are killed or stopped, at random instants, end as if nobody had been, and leave no
process and no file.

Every case is drawn from the seed and its own name, and its command tries it again. The exit code is 0
if all was right, 70 if something was not, 1 if something could not be tried here, as runs in several
processes without a nats-server.

Examples:
  dragon selftest
  dragon selftest --minutes 30
  dragon selftest --only fuzz --cases 10000`;

export const selftestNotes = (width: number) => reflow(SELFTEST_NOTES, width);

const EXPORT_NOTES = `
TRACE is what 'dragon run SCENARIO --trace TRACE' recorded. An agent is named by its id or as a report
calls the thread. A diagram has 200 messages at most, and says how many more there are. A page makes
its run by itself, from the plan inside it, and says whether it came to the digest that the trace or
this command has.

Examples:
  dragon export perfetto run.trace --out run.pftrace
  dragon export mermaid run.trace --agents kswapd0,kworker/0:1,ag/0,xfs_scrub
  dragon export svg run.trace --agent xfs_scrub --at 2s --out xfs_scrub.svg
  dragon export page run.trace --out run.html
  dragon export page seed-deadlock --policy throttle=skip-kswapd --out cured.html`;

export const exportNotes = (width: number) => reflow(EXPORT_NOTES, width);
