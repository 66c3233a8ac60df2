/** The part of the glossary about the simulation itself: agents, runs, traces, federations, what is found. */
import type { GlossaryPart } from './glossary-part.ts';

export const SIMULATION_GLOSSARY: GlossaryPart = {
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
      meaning:
        'a machine that has joined: `dragon join` lends it to the commands at a NATS server; of a virtual machine the one that runs it',
    },
    {
      terms: ['vCPU'],
      meaning: 'a simulated CPU that is virtual and has a thread of its host in turn with the others: agent `host`',
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
      meaning: 'what becomes of messages or timers in a run, each by its fate: `--plan`, a file with rules and faults',
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
      meaning: 'how a run ended: `completed`, `deadlock`, `oom`, `stalled`, `violated`; the exit code follows from it',
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
      meaning: 'one agent or resource over time, in the timeline of the inspector; agents of one kind may share a lane',
    },
  ],
};
