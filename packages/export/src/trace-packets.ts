/**
 * Packets of a Perfetto trace: the few messages of its protobuf that a run needs, written field by field. The numbers
 * are those of protos/perfetto/trace in Perfetto's source, which never change; `perfetto.fixture.proto` has them.
 */
import type { VirtualTime } from '@dragon/engine';
import { PbfWriter } from 'pbf';

/** What an event of a track is. */
export const EVENT_TYPE = { begin: 1, end: 2, instant: 3, counter: 4 } as const;

/** An event of a track, at an instant in nanoseconds. Each of its texts is written once, and then by number. */
export interface TrackEvent {
  readonly type: (typeof EVENT_TYPE)[keyof typeof EVENT_TYPE];
  readonly at: VirtualTime;
  readonly track: number;
  readonly name?: string | undefined;
  /** The message that led to it. */
  readonly by?: string | undefined;
  /** Arrows that begin here, and the one that ends here. */
  readonly starts?: readonly number[] | undefined;
  readonly ends?: number | undefined;
  /** Of a counter. */
  readonly value?: number | undefined;
}

/** A track below the track `parent`, or at the top of the trace. */
export interface Track {
  readonly uuid: number;
  readonly parent?: number | undefined;
  readonly name?: string | undefined;
  readonly process?: { readonly pid: number; readonly name: string } | undefined;
  readonly thread?: { readonly pid: number; readonly tid: number; readonly name: string } | undefined;
  /** Makes it a track of numbers. */
  readonly counter?: true | undefined;
}

/** All packets are of one sequence, so that a text that was numbered in one is known in those after it. */
const SEQUENCE = 1;
const STATE_CLEARED = 1;
const NEEDS_STATE = 2;

/** The only annotation of an event, and so the first of the names of annotations. */
const BY = { iid: 1, name: 'message' };

const PACKET = 1;
const FIELDS = {
  packet: { timestamp: 8, sequenceId: 10, trackEvent: 11, interned: 12, flags: 13, track: 60, first: 87 },
  interned: { eventNames: 2, annotationNames: 3, annotationTexts: 29 },
  internedText: { iid: 1, text: 2 },
  event: { annotations: 4, type: 9, nameIid: 10, track: 11, value: 30, starts: 47, ends: 48 },
  annotation: { nameIid: 1, textIid: 17 },
  track: { uuid: 1, name: 2, process: 3, thread: 4, parent: 5, counter: 8 },
  process: { pid: 1, name: 6 },
  thread: { pid: 1, tid: 2, name: 5 },
} as const;

interface Interned {
  readonly iid: number;
  readonly text: string;
}

/** Gives each text a number when it first comes. */
class Texts {
  readonly #iids = new Map<string, number>();
  /** What has been numbered since it was last looked at. */
  fresh: Interned | undefined;

  iid(text: string): number {
    const known = this.#iids.get(text);
    if (known !== undefined) return known;
    const iid = this.#iids.size + 1;
    this.#iids.set(text, iid);
    this.fresh = { iid, text };
    return iid;
  }
}

/** Writes packets one after the other; what has been written is taken away in pieces. */
export class TracePackets {
  readonly #pbf = new PbfWriter(new Uint8Array(1 << 16));
  readonly #names = new Texts();
  readonly #texts = new Texts();
  #first = true;

  /** Bytes written since the last `take`. */
  get size(): number {
    return this.#pbf.pos;
  }

  /** Returns the bytes written since the last time; the pieces one after the other are the file. */
  take(): Uint8Array {
    const bytes = this.#pbf.buf.slice(0, this.#pbf.pos);
    this.#pbf.pos = 0;
    return bytes;
  }

  track(track: Track): void {
    this.#pbf.writeMessage(PACKET, this.#writeTrack, track);
  }

  event(event: TrackEvent): void {
    this.#pbf.writeMessage(PACKET, this.#writeEvent, event);
  }

  readonly #writeTrack = (track: Track, pbf: PbfWriter): void => {
    this.#writeSequence(pbf);
    pbf.writeMessage(FIELDS.packet.track, writeTrack, track);
  };

  readonly #writeEvent = (event: TrackEvent, pbf: PbfWriter): void => {
    const { name, by } = event;
    this.#writeSequence(pbf);
    pbf.writeVarintField(FIELDS.packet.timestamp, event.at);
    const nameIid = name === undefined ? 0 : this.#names.iid(name);
    const byIid = by === undefined ? 0 : this.#texts.iid(by);
    if (this.#names.fresh !== undefined || this.#texts.fresh !== undefined)
      pbf.writeMessage(FIELDS.packet.interned, this.#writeFresh, undefined);
    pbf.writeMessage(FIELDS.packet.trackEvent, writeEvent, { event, nameIid, byIid });
  };

  #writeSequence(pbf: PbfWriter): void {
    pbf.writeVarintField(FIELDS.packet.sequenceId, SEQUENCE);
    pbf.writeVarintField(FIELDS.packet.flags, this.#first ? STATE_CLEARED : NEEDS_STATE);
    if (!this.#first) return;
    this.#first = false;
    pbf.writeBooleanField(FIELDS.packet.first, true);
    pbf.writeMessage(FIELDS.packet.interned, writeAnnotationName, BY);
  }

  readonly #writeFresh = (_: undefined, pbf: PbfWriter): void => {
    if (this.#names.fresh !== undefined) pbf.writeMessage(FIELDS.interned.eventNames, writeInterned, this.#names.fresh);
    if (this.#texts.fresh !== undefined)
      pbf.writeMessage(FIELDS.interned.annotationTexts, writeInterned, this.#texts.fresh);
    this.#names.fresh = undefined;
    this.#texts.fresh = undefined;
  };
}

function writeAnnotationName({ iid, name }: typeof BY, pbf: PbfWriter): void {
  pbf.writeMessage(FIELDS.interned.annotationNames, writeInterned, { iid, text: name });
}

function writeInterned({ iid, text }: Interned, pbf: PbfWriter): void {
  pbf.writeVarintField(FIELDS.internedText.iid, iid);
  pbf.writeStringField(FIELDS.internedText.text, text);
}

interface NumberedEvent {
  readonly event: TrackEvent;
  readonly nameIid: number;
  readonly byIid: number;
}

function writeEvent({ event, nameIid, byIid }: NumberedEvent, pbf: PbfWriter): void {
  pbf.writeVarintField(FIELDS.event.type, event.type);
  pbf.writeVarintField(FIELDS.event.track, event.track);
  if (nameIid !== 0) pbf.writeVarintField(FIELDS.event.nameIid, nameIid);
  if (byIid !== 0) pbf.writeMessage(FIELDS.event.annotations, writeAnnotation, byIid);
  if (event.value !== undefined) pbf.writeVarintField(FIELDS.event.value, event.value);
  if (event.starts !== undefined) for (const flow of event.starts) pbf.writeFixed64Field(FIELDS.event.starts, flow);
  if (event.ends !== undefined) pbf.writeFixed64Field(FIELDS.event.ends, event.ends);
}

function writeAnnotation(textIid: number, pbf: PbfWriter): void {
  pbf.writeVarintField(FIELDS.annotation.nameIid, BY.iid);
  pbf.writeVarintField(FIELDS.annotation.textIid, textIid);
}

function writeTrack({ uuid, parent, name, process, thread, counter }: Track, pbf: PbfWriter): void {
  pbf.writeVarintField(FIELDS.track.uuid, uuid);
  if (parent !== undefined) pbf.writeVarintField(FIELDS.track.parent, parent);
  if (name !== undefined) pbf.writeStringField(FIELDS.track.name, name);
  if (process !== undefined) pbf.writeMessage(FIELDS.track.process, writeProcess, process);
  if (thread !== undefined) pbf.writeMessage(FIELDS.track.thread, writeThread, thread);
  if (counter !== undefined) pbf.writeMessage(FIELDS.track.counter, writeNothing, undefined);
}

function writeProcess({ pid, name }: NonNullable<Track['process']>, pbf: PbfWriter): void {
  pbf.writeVarintField(FIELDS.process.pid, pid);
  pbf.writeStringField(FIELDS.process.name, name);
}

function writeThread({ pid, tid, name }: NonNullable<Track['thread']>, pbf: PbfWriter): void {
  pbf.writeVarintField(FIELDS.thread.pid, pid);
  pbf.writeVarintField(FIELDS.thread.tid, tid);
  pbf.writeStringField(FIELDS.thread.name, name);
}

function writeNothing(): void {}
