/**
 * Messages and parameters as a transcript writes them: `key=value` words, with short forms for inode runs, queue
 * callers, shrinkers and policies.
 */
import type { Json } from '@dragon/engine';
import { agOf, allInodes, formatPolicy, type InodeFate, type InodeList, inodeNumber, type InodeRun, parsePolicy, type Policy, profileNamed, type QueueCaller, type ShrinkerInfo } from '@dragon/kernel';

type Fields = { readonly [key: string]: Json | undefined };

/** What every transcript runs under unless it says otherwise. */
export const DEFAULT_POLICY: Policy = profileNamed('v6.1').policy;

/**
 * Returns the fields of `key=value` words or of one JSON object. Short forms, by key:
 * - `inodes`, `dispose`, `lru`, `cached`, `inUse`: `33*unlinked@0:128` is 33 unlinked inodes from number 128 of AG 0;
 *   `none`; several with commas.
 * - `caller`: `task`, `kswapd` or `direct`, and `+transaction`, `+nofs`, `+disarmed`, `+quota`.
 * - `ino`: `0:128` is inode 128 of AG 0.
 * - `shrinker`, `shrinkers`: `id(owner,seeks,batch)`, owner `-` for none.
 * - `policy`: what differs from v6.1, as `--policy` takes it.
 */
export function parseFields(words: readonly string[]): Fields {
  const text = words.join(' ');
  if (text.startsWith('{')) return JSON.parse(text) as Fields;
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      if (equals < 0) throw new Error(`'${word}' is not of the form key=value`);
      const key = word.slice(0, equals);
      return [key, parseValue(key, word.slice(equals + 1))];
    }),
  );
}

/** Returns the fields as words; `parseFields` reads them back, stacks apart. */
export function formatFields(fields: Fields): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${formatValue(key, value ?? null)}`)
    .join(' ');
}

/** Returns the words of a line; a value in double quotes or a JSON object is one word, spaces and all. */
export function wordsOf(line: string): string[] {
  return line.match(/(?:[^\s"{]|"[^"]*"|\{.*\})+/g) ?? [];
}

function parseValue(key: string, text: string): Json {
  switch (key) {
    case 'inodes':
    case 'dispose':
    case 'lru':
    case 'cached':
    case 'inUse':
      return text === 'none' ? [] : text.split(',').map(parseRun);
    case 'caller':
      return parseCaller(text);
    case 'policy':
      return parsePolicy(text, DEFAULT_POLICY) as Json;
    case 'ino':
      return parseIno(text);
    case 'shrinkers':
      return text.split(/,(?![^(]*\))/).map(parseShrinker);
    case 'shrinker':
      return text.endsWith(')') ? parseShrinker(text) : parseJson(text);
    default:
      return parseJson(text);
  }
}

function parseJson(text: string): Json {
  return /^(?:-?\d+|true|false|null|[[{"].*)$/.test(text) ? (JSON.parse(text) as Json) : text;
}

export function formatValue(key: string, value: Json): string {
  switch (key) {
    case 'inodes':
    case 'dispose':
    case 'lru':
    case 'writing':
    case 'list':
    case 'batch':
    case 'evicted':
    case 'done':
      return formatRuns(value);
    case 'caller':
      return formatCaller(value as QueueCaller);
    case 'policy':
      return formatPolicy(value as Policy);
    case 'ino':
      return typeof value === 'number' ? formatIno(value) : String(value);
    case 'stack':
      return `[${(value as string[]).join(' < ')}]`;
    case 'shrinker':
      return value !== null && typeof value === 'object' ? formatShrinker(value as ShrinkerInfo) : String(value);
    default:
      return typeof value === 'string' && !value.includes(' ') ? value : JSON.stringify(value);
  }
}

function parseRun(text: string): InodeRun {
  const match = /^(?:(\d+)\*)?(clean|postEof|unlinked|unlinkedEmpty)@(\d+):(\d+)$/.exec(text);
  if (match === null) throw new Error(`'${text}' is not a run of inodes such as 33*unlinked@0:128`);
  const [, count = '1', fate = '', ag, agino] = match;
  return { ino: inodeNumber(Number(ag), Number(agino)), count: Number(count), fate: fate as InodeFate };
}

function parseIno(text: string): number | string {
  const match = /^(\d+):(\d+)$/.exec(text);
  return match === null ? (parseJson(text) as number | string) : inodeNumber(Number(match[1]), Number(match[2]));
}

/**
 * Runs of inodes as they are, in an `InodeList`, or in the batch of a kworker: what it has not begun, in the order in
 * which it comes to it.
 */
function formatRuns(value: Json): string {
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return (value as InodeRun[]).map(formatRun).join() || 'none';
  if ('chunks' in value) return formatRuns(allInodes(value as InodeList));
  const { runs, at, left } = value as { runs: readonly InodeRun[]; at: number; left: number };
  return formatRuns(
    runs
      .slice(0, at + 1)
      .map((run, i) => (i === at ? { ...run, count: left } : run))
      .toReversed(),
  );
}

function formatRun({ ino, count, fate }: InodeRun): string {
  return `${count === 1 ? '' : `${count}*`}${fate}@${formatIno(ino)}`;
}

function formatIno(ino: number): string {
  const ag = agOf(ino);
  return `${ag}:${ino - inodeNumber(ag, 0)}`;
}

function parseCaller(text: string): QueueCaller {
  const [who, ...traits] = text.split('+');
  return {
    journalInfo: traits.includes('transaction'),
    nofs: traits.includes('nofs'),
    kswapd: who === 'kswapd',
    reclaimState: who === 'kswapd' || who === 'direct',
    disarmed: traits.includes('disarmed'),
    nearQuota: traits.includes('quota'),
  };
}

function formatCaller({ journalInfo, nofs, kswapd, reclaimState, disarmed, nearQuota }: QueueCaller): string {
  const traits = [
    journalInfo ? '+transaction' : '',
    nofs ? '+nofs' : '',
    disarmed ? '+disarmed' : '',
    nearQuota ? '+quota' : '',
  ];
  return (kswapd ? 'kswapd' : reclaimState ? 'direct' : 'task') + traits.join('');
}

function parseShrinker(text: string): ShrinkerInfo {
  const match = /^([^()]+)\(([^,()]+),(\d+),(\d+)\)$/.exec(text);
  if (match === null) throw new Error(`'${text}' is not a shrinker such as sb-xfs:sda(inode-cache,2,1024)`);
  const [, id = '', owner = '', seeks, batch] = match;
  return { id, owner: owner === '-' ? null : owner, seeks: Number(seeks), batch: Number(batch) };
}

function formatShrinker({ id, owner, seeks, batch }: ShrinkerInfo): string {
  return `${id}(${owner ?? '-'},${seeks},${batch})`;
}
