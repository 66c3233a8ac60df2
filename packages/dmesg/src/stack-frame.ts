/** A frame of a stack, in each form that kernels from 4.x to 6.x, their decoders and other architectures print. */
import { functionOf } from '@dragon/kernel';
import type { StackFrame } from './shown-task.ts';

/**
 * `? schedule+0x5a/0xd0 [xfs]`, `[<ffffffff8168c889>] schedule+0x29/0x70`, `[<0>] …`, `[c0000001] [c0000002] …` of
 * PowerPC, with a build id behind the module, `(T)` of arm64 or `(unreliable)`, which is a guess, or a source line of
 * decode_stacktrace behind it.
 */
const FRAME =
  /^(\? )?(?:\[(?:<[^>]*>|[0-9a-f]{8,16})\] ?)*(\? ?)?([A-Za-z_][\w.$]*)\+0x[0-9a-f]+\/0x[0-9a-f]+(?: \[([\w-]+)(?: [0-9a-f]+)?\])?((?: \([A-Za-z]+\))*)(?: [\w./+-]+:\d+)?(?: \([^)]*\))?$/;
/** arm32: `[<c0101010>] (schedule) from [<c0102020>] (schedule_timeout+0x10/0x20)`, later `schedule from …`. */
const FROM =
  /^(?:\[<[^>]*>\] )?\(?([A-Za-z_][\w.$]*)(?: \[([\w-]+)\])?\)? from (?:\[<[^>]*>\] )?\(?[A-Za-z_][\w.$]*(?:\+0x[0-9a-f]+)?/;

/**
 * Where a CPU was interrupted, in the kernel: on x86, arm64, PowerPC, RISC-V. With a backtrace of an NMI it is the one
 * line that names the function that runs.
 */
const PROGRAM_COUNTER =
  /^(?:RIP: 0010:(?:\[<[0-9a-f]+>\] *)*|pc : (?:\[<[0-9a-f]+>\] *)?|NIP \[[0-9a-f]+\] |epc : )([A-Za-z_][\w.$]*)\+0x/;
/** decode_stacktrace without offsets: `xfs_buf_lock (fs/xfs/xfs_buf.c:1180 (discriminator 1)) xfs`. */
const DECODED =
  /^(\? )?([A-Za-z_][\w.$]*) \((?:[\w./+-]+\.[a-zA-Z]{1,3}:\d+(?: \(discriminator \d+\))?,? ?)+\)(?: \[?([\w-]+)\]?)?$/;

/** A name alone, of a report whose offsets were taken off: a frame only where nothing else can stand. */
const BARE = /^(\? )?([A-Za-z_][\w.$]*)(?: \[([\w-]+)\])?$/;

/** Returns the frame of a name alone, or undefined if the line is none. */
export function bareFrame(text: string): StackFrame | 'guess' | undefined {
  const match = BARE.exec(text);
  if (match === null) return undefined;
  const [, guess, symbol = '', module] = match;
  return guess === undefined ? { symbol: functionOf(symbol), module } : 'guess';
}

/** Returns the frame, `guess` for one that the unwinder is not sure of, or undefined if the line is none. */
export function stackFrame(text: string): StackFrame | 'guess' | undefined {
  const match = FRAME.exec(text);
  if (match !== null) {
    const [, before, after, symbol = '', module, marks = ''] = match;
    const isGuess = before !== undefined || after !== undefined || marks.includes('unreliable');
    return isGuess ? 'guess' : { symbol: functionOf(symbol), module };
  }
  const decoded = DECODED.exec(text);
  if (decoded !== null)
    return decoded[1] !== undefined ? 'guess' : { symbol: functionOf(decoded[2] ?? ''), module: decoded[3] };
  const [, symbol, module] = FROM.exec(text) ?? PROGRAM_COUNTER.exec(text) ?? [];
  return symbol === undefined ? undefined : { symbol: functionOf(symbol), module };
}
