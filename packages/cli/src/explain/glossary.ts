/**
 * Glossary of this project: what its reports, its help and its docs say, explained. The docs have it as
 * `docs/glossary.md`.
 */

/** A term, its other names, and what it means, with code between backticks. */
export interface GlossaryEntry {
  readonly terms: readonly string[];
  readonly meaning: string;
}

export interface GlossaryPart {
  readonly title: string;
  readonly entries: readonly GlossaryEntry[];
}

export const GLOSSARY: readonly GlossaryPart[] = [
  {
    title: 'Simulation',
    entries: [
      { terms: ['agent'], meaning: 'a pure step function with an id: a kernel thread, a lock, an allocator' },
      {
        terms: ['effect'],
        meaning:
          'what an agent asks for, as data: send, set or cancel a timer, pause or resume timers, choose, log, hit a tracepoint',
      },
      {
        terms: ['event'],
        meaning:
          "a message to an agent at a virtual instant: `{at, to, from, seq, message}`, and the timer's name if one made it",
      },
      { terms: ['input'], meaning: 'an event as an agent sees it: message, sender, instant, timer' },
      { terms: ['event list'], meaning: 'the pending events of an engine, in their total order' },
      { terms: ['engine'], meaning: 'hosts agents and processes their events' },
      {
        terms: ['virtual time'],
        meaning: 'integer nanoseconds since the start of the run; has nothing to do with the wall clock',
      },
      {
        terms: ['plan'],
        meaning: 'all that a run depends on: agents, words for what they wait for, latency model, seed, end',
      },
      { terms: ['digest'], meaning: 'a hash over every event and the state it led to; equal digests: the same run' },
      { terms: ['row'], meaning: 'an event and the state it led to; a trace has one for each event' },
      {
        terms: ['block'],
        meaning:
          'records of a trace that follow each other: rows, changes of facts, a census, verdicts; read without the other blocks',
      },
      { terms: ['federate'], meaning: 'a process with one engine' },
      { terms: ['federation'], meaning: 'federates that together give the result of one engine' },
      {
        terms: ['host'],
        meaning: 'a machine that has joined: `dragon join` lends it to the commands at a NATS server',
      },
      { terms: ['placement'], meaning: 'which federate hosts an agent (a *partition* is a cut network, nothing else)' },
      { terms: ['coordinator'], meaning: 'grants windows of virtual time to federates' },
      { terms: ['lookahead'], meaning: 'the least time that a message between agents travels' },
      {
        terms: ['LBTS'],
        meaning:
          'lower bound on the time stamp of any event a federate may still receive; it may process what is strictly earlier',
      },
      { terms: ['grant', 'report'], meaning: '"process your events before this instant" and what came of it' },
      { terms: ['window'], meaning: 'the stretch of virtual time that a grant gives to one federate' },
      {
        terms: ['round'],
        meaning:
          'grants to all federates that may go on, and their reports: what `--stats` counts, and what a federation waits for',
      },
      {
        terms: ['frame'],
        meaning:
          'bytes on the wire: what one federate sends another at the end of a window, or the coordinator and a federate each other',
      },
      {
        terms: ['facts'],
        meaning: 'what an agent says of waits and locks: what it holds and sleeps on, or who holds and awaits it',
      },
      { terms: ['wait-for graph'], meaning: 'who sleeps on what held by whom; a cycle is a deadlock' },
      {
        terms: ['step'],
        meaning:
          "an agent's answer to an event: its next state and effects; *moves* are the messages it answered in it, with the transitions taken",
      },
      { terms: ['observer'], meaning: 'reads every step of an engine and changes nothing; comes and goes at any time' },
      { terms: ['finder'], meaning: 'looks for trouble in facts and tracepoints while a run goes on' },
      { terms: ['finding'], meaning: 'a deadlock, an OOM kill, a stall or a broken property, with its evidence' },
      {
        terms: ['projection'],
        meaning:
          "the part of an agent's state that decides what it does from now on; the rest is constant or bookkeeping",
      },
      {
        terms: ['geometry'],
        meaning: "the kernel's numbers that a plan may make smaller: backlog limit, priorities, batches, retries",
      },
      {
        terms: ['call', 'thread'],
        meaning: 'how an agent takes an input: at once, as a function call, or when its thread is awake',
      },
      { terms: ['background timer'], meaning: "one that nobody waits for: the log's worker, an RCU grace period" },
      { terms: ['watcher'], meaning: "whoever is sent the steps of a federation's run while it goes on" },
      { terms: ['grace'], meaning: 'how long a run goes on after a finding' },
      {
        terms: ['fault'],
        meaning: 'what a person puts into a run at an instant: `--fault`, explained by `dragon chaos list`',
      },
      {
        terms: ['rule'],
        meaning:
          'what becomes of messages or timers in a run, each by its fate: `--plan`, a file with rules and faults',
      },
      {
        terms: ['fate', 'verdict'],
        meaning: 'what a rule does to a message: delay, hold, reorder, drop or duplicate; what it decided of one',
      },
      {
        terms: ['fork'],
        meaning: 'the run that a fault makes of another; up to the first fault both have the same events',
      },
      {
        terms: ['scenario', 'policy', 'profile'],
        meaning: 'what happens; how the simulated kernel is built; a named set of policies',
      },
      {
        terms: ['cycle'],
        meaning:
          'the tasks of a deadlock, each with what it waits for and who has that; it starts and ends with the same task',
      },
      {
        terms: ['outcome'],
        meaning:
          'how a run ended: `completed`, `deadlock`, `oom`, `stalled`, `violated`; the exit code follows from it',
      },
      {
        terms: ['stall'],
        meaning: 'a wait of more than 120 s without a cycle, for something outside the model or a task that never runs',
      },
      {
        terms: ['seed'],
        meaning: 'where all randomness of a run comes from; same settings and same seed: the same run',
      },
      {
        terms: ['hunt'],
        meaning:
          'many runs with faults and schedules drawn from seeds (`dragon chaos`); an *attempt* is one of them, a *mutant* a change of an earlier one, the *corpus* those that are changed',
      },
      { terms: ['candidate'], meaning: 'a policy that `compare` and `sweep` run with; `--policy` changes all of them' },
      {
        terms: ['sensitivity', 'edge'],
        meaning:
          'whether a ranking of policies stays if a constant of the model that has no good source is halved or doubled; an *edge* is how little of a parameter or such a constant must change until a candidate does something else in most runs',
      },
      {
        terms: ['95 % CI'],
        meaning: 'confidence interval: with so many runs, the true share or quantile lies in it 95 times of 100',
      },
      { terms: ['p50', 'p99'], meaning: 'quantiles: half of all values, 99 of 100, are no larger' },
      {
        terms: ['inspector'],
        meaning: 'the page in the browser that shows a run at any instant: waits, memory, agents and their statecharts',
      },
      {
        terms: ['cursor'],
        meaning:
          'the instant of virtual time that every panel of the inspector shows; live: glued to the edge of the run',
      },
      {
        terms: ['lane'],
        meaning:
          'one agent or resource over time, in the timeline of the inspector; agents of one kind may share a lane',
      },
    ],
  },
  {
    title: 'Kernel (Linux 6.1 unless said)',
    entries: [
      { terms: ['node'], meaning: 'a NUMA node; never an operating-system process' },
      { terms: ['worker', 'kworker'], meaning: 'a kworker: a kernel thread that runs work items' },
      { terms: ['inodegc'], meaning: 'XFS background inactivation: per-CPU queues of inodes and one work item each' },
      {
        terms: ['inactivation'],
        meaning:
          'what an inode needs before its memory can go: freeing its blocks past end of file, or everything if it was unlinked',
      },
      {
        terms: ['AG', 'AGI', 'AGF'],
        meaning:
          'allocation group; the buffers that head its inode and its free space indexes, each locked by a semaphore',
      },
      { terms: ['EIO'], meaning: 'error 5: a read or a write of the disk has failed; `fail-disk` makes some fail' },
      {
        terms: ['shutdown'],
        meaning:
          'XFS gives a mount up after an error that it cannot take back (xfs_force_shutdown): whoever comes is told EIO, nothing is written any more, inodes are freed without transactions',
      },
      { terms: ['shrinker'], meaning: "a cache's callbacks to count and to free objects" },
      {
        terms: ['`shrinker_rwsem`'],
        meaning: 'protects the list of shrinkers up to 6.6: walkers read (trylock), register and unregister write',
      },
      { terms: ['kswapd'], meaning: 'the reclaim thread of a node; the other way is direct reclaim' },
      { terms: ['priority'], meaning: '12 down to 0: a list is scanned by its size >> priority' },
      { terms: ['throttle'], meaning: 'xfs_inodegc_queue makes its caller wait for the worker' },
      { terms: ['flush'], meaning: 'wait until a work item has done what was queued' },
      {
        terms: ['`shrinkerHits`'],
        meaning:
          'how often the inodegc shrinker has kicked a queue since its worker last started; above 0 everybody who queues is throttled',
      },
      { terms: ['post-EOF blocks'], meaning: 'speculative preallocation behind the end of a file' },
      { terms: ['online repair'], meaning: 'xfs_scrub rebuilding an index while the file system is mounted' },
      { terms: ['khungtaskd'], meaning: 'reports threads in uninterruptible sleep for more than 120 s' },
      {
        terms: ['NOFS'],
        meaning: 'an allocation that must not enter the file system; the superblock shrinker stops for it at once',
      },
      {
        terms: ['census', 'inode census'],
        meaning:
          'how many inodes and pages there are at an instant, and where; of inodes: in use, behind a dentry, with page cache, on the LRU, being freed, pinned, dirty, clean, waiting for RCU',
      },
      {
        terms: ['unaccounted', 'in no count'],
        meaning:
          "on the way to be free and in no count: evicted, queued for inactivation, in a worker's batch, waiting for RCU",
      },
      {
        terms: ['barrier'],
        meaning: 'what a flush puts behind the work it waits for; it *slips* when the work is queued again behind it',
      },
      {
        terms: ['watermark boost'],
        meaning: 'pages by which all watermarks are raised after page blocks of another migrate type were taken',
      },
      { terms: ['hopeless'], meaning: 'a node whose kswapd has failed 16 times: it sleeps, direct reclaim takes over' },
      {
        terms: ['shrinker credit'],
        meaning:
          "pages freed in the reclaimer's own context (`reclaim_state`): all that counts as progress beside the LRU",
      },
      {
        terms: ['worst stall'],
        meaning:
          'the longest time that kswapd spent in one call of prune_icache_sb, or waited for an inodegc worker outside of it',
      },
      {
        terms: ['direct reclaim'],
        meaning: 'a task reclaims for itself, because its allocation found too little free memory',
      },
      {
        terms: ['allocation stall'],
        meaning: 'from where an allocation takes the slow path until it has its pages, or fails',
      },
      {
        terms: ['memory back'],
        meaning: 'from where free memory first falls below the low watermark until it is above it for good',
      },
      { terms: ['offCpu'], meaning: 'a thread that sleeps or waits for a CPU: it has given the CPU to others' },
      { terms: ['jiffy'], meaning: "the tick of the kernel's timers: 1/HZ s, 4 ms with HZ=250" },
      {
        terms: ['delayed work'],
        meaning: 'a work item that is queued when its timer fires; `mod_delayed_work` moves that instant',
      },
      {
        terms: ['slow path'],
        meaning:
          'where an allocation goes when no free page is at hand: it wakes kswapd, reclaims, may call the OOM killer',
      },
      {
        terms: ['drop_caches'],
        meaning: 'the sysctl that walks all shrinkers in the task that writes to it; it is not reclaim',
      },
      {
        terms: ['RCU'],
        meaning: 'read-copy-update: freed only after a grace period, when nobody can still be reading it',
      },
      { terms: ['ILOCK'], meaning: "the lock of an XFS inode's metadata, a read-write semaphore" },
      {
        terms: ['sb_writers'],
        meaning:
          'the counter of system calls that are writing; a freeze of the file system waits for those inside, and keeps the rest out until the thaw',
      },
      {
        terms: ['sb_pagefault'],
        meaning: 'the same of faults that make a mapped page writable',
      },
      {
        terms: ['sb_internal'],
        meaning: 'the counter of running transactions that a freeze of the file system waits for',
      },
      { terms: ['D state'], meaning: 'uninterruptible sleep: no signal ends it, and khungtaskd counts it' },
      {
        terms: ['lockdep'],
        meaning:
          "the kernel's checker of lock orders; it sees locks, not what waits for a work item that is already queued",
      },
    ],
  },
];
