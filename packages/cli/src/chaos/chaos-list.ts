/** `dragon chaos list`: what may befall a run, and which facility of a kernel or which incident it stands for. */
import type { FateKind } from '@dragon/engine';
import { admitting, FATE_KINDS, FAULT_KINDS, type FaultGroup, type FaultKind, paramText } from '@dragon/kernel';
import { foldLines, wrap } from '@dragon/report';
import type { Terminal } from '../terminal.ts';

/** No scenario may have this name. */
export const CHAOS_LIST = 'list';

const GROUPS: { readonly [Group in FaultGroup]: string } = {
  CPU: 'CPU',
  disk: 'disk',
  memory: 'memory',
  fs: 'file system',
  task: 'task',
  message: 'message',
  rule: 'rules of one fate each',
};
const FATE_NAMES = Object.keys(FATE_KINDS) as FateKind[];

/** Returns the text, lines ended by newlines. */
export function chaosListText({ style, width }: Pick<Terminal, 'style' | 'width'>): string {
  const told = (what: string, text: string) => wrap(`${what}: ${text}.`, width - 6).map((line) => `      ${line}`);
  const entry = (heading: string, about: string, standsFor: string, leavesOut: string): string[] => [
    ...foldLines([`  ${heading}`], width),
    ...wrap(about, width - 4).map((line) => `    ${line}`),
    ...told('Stands for', standsFor),
    ...(leavesOut === '' ? [] : told('Left out', leavesOut)),
  ];
  const groups = (Object.keys(GROUPS) as FaultGroup[]).flatMap((group) => [
    '',
    style.strong(`Faults: ${GROUPS[group]}`),
    ...FAULT_KINDS.filter((kind) => kind.group === group).flatMap((kind) =>
      entry(faultWords(kind), kind.about, kind.standsFor, kind.leavesOut),
    ),
  ]);
  const lines = [
    ...wrap("A fault comes at an instant: --fault 'KIND key=value … at=INSTANT', or a line of a plan.", width),
    ...wrap(
      'Usual values stand here; what is in capitals has to be said, but for TIME, without which it is for good, and for ' +
        'what stands in brackets.',
      width,
    ),
    ...groups,
    '',
    style.strong('Fates'),
    ...wrap(
      'What a rule of a plan gives to messages and timers: --plan FILE, see dragon schema fault-plan. Which of them ' +
        'admit it: dragon chaos list --json.',
      width,
    ),
    ...FATE_NAMES.flatMap((kind) => entry(kind, FATE_KINDS[kind].about, FATE_KINDS[kind].standsFor, '')),
  ];
  return `${lines.join('\n')}\n`;
}

/** As in `stall-cpu cpu=N for=10ms`. */
function faultWords({ kind, target, params, names = [], carries }: FaultKind): string {
  return [
    kind,
    ...(target === null
      ? []
      : [`${target.param}=${target.by === 'number' ? 'N' : 'AGENT'}`].map((word) =>
          target.otherwise === undefined ? word : `[${word}]`,
        )),
    ...names.map(({ name, of }) => `[${name}=${of === 'what' ? 'NAME' : 'AGENT'}]`),
    ...params.map((param) => `${param.name}=${param.default === null ? 'TIME' : paramText(param, param.default)}`),
    ...(carries === undefined ? [] : ['type=TYPE key=value …']),
  ].join(' ');
}

/** Returns the object of `--json`. */
export function chaosListJson() {
  return {
    faults: FAULT_KINDS.map(({ kind, group, about, standsFor, leavesOut, fits, target, params, names = [] }) => ({
      kind,
      group,
      about,
      standsFor,
      leavesOut,
      fits,
      target,
      params,
      names,
    })),
    fates: FATE_NAMES.map((kind) => ({
      kind,
      ...FATE_KINDS[kind],
      messages: admitting('messages', kind),
      timers: admitting('timers', kind),
    })),
  };
}
