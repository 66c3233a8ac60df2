/** Fates that rules may give to timers of the simulated kernel, and why. */
import { type Admission, admitted } from './admission.ts';

const TIMER = admitted(
  ['delay', 'drop'],
  'it is a timer of the kernel: late where interrupts are off or the CPU is away, and lost where the clock event ' +
    'device stops in deep idle or a race deletes it',
);
const DISK = admitted(
  ['delay', 'drop'],
  'it is an I/O: a disk completes it late, or never where a controller loses the request',
);
const SERVER = admitted(
  ['delay', 'drop'],
  'it is the answer of a server: it comes late, or never where the server or the network is gone',
);
const KTHREAD = admitted(
  ['delay', 'drop'],
  'it is the way of a kernel thread onto a CPU: late under load, and lost with its wake-up',
);
const PACE = admitted(
  ['delay'],
  'it is when a task of the workload goes on by itself: later is another workload, and never is none',
);
const CPU_TIME = admitted([], 'it is CPU time that a thread computes for: nothing loses it; stall-cpu takes it away');
const TURN = admitted(['delay'], 'it is a turn on the thread of a host: it ends late where the host is busy');
const OF_FAULT = admitted([], 'it is the instant of a timed fault, which the plan says itself');

/** By the name of the timer, as a chart has it: without the state that it belongs to. */
export const TIMER_ADMISSIONS = {
  aJiffy: TIMER,
  allocPages: CPU_TIME,
  betweenFiles: CPU_TIME,
  callShrinker: CPU_TIME,
  commit: CPU_TIME,
  copyPages: CPU_TIME,
  createFile: CPU_TIME,
  directThrottle: TIMER,
  evictInode: CPU_TIME,
  evictInodes: CPU_TIME,
  evictRemote: CPU_TIME,
  firstLogWorker: TIMER,
  flushDisk: DISK,
  freeBuffers: CPU_TIME,
  freePages: CPU_TIME,
  frozen: PACE,
  hold: PACE,
  holdUmount: PACE,
  ifree: CPU_TIME,
  interval: TIMER,
  isolateInodes: CPU_TIME,
  jiffy: TIMER,
  logForce: DISK,
  logWorker: TIMER,
  lookAtInodes: CPU_TIME,
  nextStep: OF_FAULT,
  oomKill: CPU_TIME,
  oomReaperDelay: KTHREAD,
  pause: PACE,
  pruneDentries: CPU_TIME,
  rcuCallbacks: CPU_TIME,
  rcuGracePeriod: TIMER,
  readDisk: DISK,
  readSuper: DISK,
  rebuild: DISK,
  reclaimInodes: CPU_TIME,
  reclaimWork: KTHREAD,
  retry: TIMER,
  runBarrier: CPU_TIME,
  scanLruPages: CPU_TIME,
  serverAnswer: SERVER,
  shortSleep: TIMER,
  shrinkNode: CPU_TIME,
  slice: TURN,
  start: PACE,
  startWork: CPU_TIME,
  stayMounted: PACE,
  throttleTimeout: TIMER,
  tick: TIMER,
  touchPages: CPU_TIME,
  transAlloc: CPU_TIME,
  trimOrTruncate: CPU_TIME,
  unlink: CPU_TIME,
  wakeWorker: KTHREAD,
  writeClusters: DISK,
  writeIclogs: DISK,
  writePage: DISK,
  xfsaildSleep: KTHREAD,
} as const satisfies { readonly [timer: string]: Admission };
