/** A node for tests: takes messages and gives what it answers, sends, logs. */
import type { AgentId, Effect } from '@dragon/engine';
import type { Gfp, MemoryMessage, TaskMessage } from '@dragon/kernel';
import { messageAnswered } from './machine.ts';
import { initialState, type MemoryContext, type MemoryParams } from './node-state.ts';

/** 1 GiB: watermarks 1024, 1286, 1548 pages. */
const GIB = { node: 0, managed: 262_144 } as const;

export const KERNEL: Gfp = { fs: true, memalloc: false, victim: false };
export const NOFS: Gfp = { ...KERNEL, fs: false };

export class MemoryNode {
  state: MemoryContext;
  /** What the last message led to. */
  effects: readonly Effect[] = [];

  constructor(params: Partial<MemoryParams> & { readonly free: number }) {
    this.state = initialState({ ...GIB, ...params });
  }

  /** Returns the messages of that kind that the node sends in answer. */
  say(from: AgentId, message: MemoryMessage): readonly { readonly to: AgentId; readonly message: TaskMessage }[] {
    [this.state, this.effects] = messageAnswered(this.state, { ...message, from });
    return this.effects.flatMap((effect) =>
      effect.kind === 'send' ? [{ to: effect.to, message: effect.message as TaskMessage }] : [],
    );
  }

  /** The tracepoints that the last message hit. */
  get hits(): readonly { readonly event: string; readonly fields: object }[] {
    return this.effects.flatMap((effect) =>
      effect.kind === 'trace' ? [{ event: effect.event, fields: effect.fields }] : [],
    );
  }

  /** What the last message put into the log. */
  get log(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.kind === 'log' ? [effect.text] : []));
  }

  /** Returns `receiver type` of each message that the node sends in answer. */
  sends(from: AgentId, message: MemoryMessage): string[] {
    return this.say(from, message).map((sent) => `${sent.to} ${sent.message.type}`);
  }

  /** Returns the pages granted. */
  allocate(
    from: AgentId,
    pages: number,
    path: 'fast' | 'slow' | 'last-try' = 'slow',
    gfp: Gfp = KERNEL,
    use: 'anon' | 'file' | 'cached-file' | 'slab' = 'anon',
  ): number {
    const [reply] = this.say(from, { type: 'memory.allocate', pages, use, gfp, path });
    if (reply?.message.type !== 'task.pagesAllocated') throw new Error('no answer');
    return reply.message.granted;
  }

  /** Returns the verdict of the OOM killer, and the first line of its log that says whom it killed. */
  outOfMemory(from: AgentId, gfp: Gfp = KERNEL): { readonly verdict: string; readonly progress: boolean } {
    const [reply] = this.say(from, { type: 'memory.outOfMemory', gfp, order: 0 });
    if (reply?.message.type !== 'task.outOfMemoryHandled') throw new Error('no answer');
    return { verdict: reply.message.verdict, progress: reply.message.progress };
  }
}
