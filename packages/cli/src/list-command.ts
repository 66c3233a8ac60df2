/** `dragon list`: what there is to run, and under which policies. */
import type { FateKind } from '@dragon/engine';
import {
  admitting,
  DEFAULT_PROFILE,
  FATE_KINDS,
  FAULT_KINDS,
  type FaultKind,
  paramText,
  POLICY_OPTIONS,
  policyChanges,
  policyValues,
  profileNamed,
  PROFILES,
} from '@dragon/kernel';
import { foldLines, textTable, wrap } from '@dragon/report';
import { maxCpusOf, SCENARIOS, USUAL_LIMIT } from '@dragon/scenarios';
import type { Terminal } from './terminal.ts';

/** Returns the text, lines ended by newlines. */
export function listText({ style, width }: Pick<Terminal, 'style' | 'width'>): string {
  const form = { width, indent: '  ' };
  const scenarios = SCENARIOS.map(({ name, about, minCpus, limit }): [string, string] => {
    const limits = [
      ...(minCpus > 1 ? [`at least ${minCpus} CPUs`] : []),
      ...(limit === undefined ? [] : [`at most ${limit.maxCpus} CPUs`]),
    ];
    return [name, limits.length > 0 ? `${about} (${limits.join(', ')})` : about];
  });
  const usual = profileNamed(DEFAULT_PROFILE).policy;
  const profiles = PROFILES.map(({ name, about, policy }): [string, string] => {
    const changes = policyChanges(policy, usual);
    if (name === DEFAULT_PROFILE) return [name, `${about} (the default)`];
    return [name, changes.length === 0 ? about : `${about} (${changes.join(', ')})`];
  });
  const used = policyValues(usual);
  const options = POLICY_OPTIONS.flatMap(({ key, about, values }) => [
    '',
    ...foldLines([`  ${style.strong(key)}: ${about}`], width),
    ...textTable(
      values.map(({ form: value, about: meaning }) => [used[key] === value ? '*' : ' ', value, meaning]),
      form,
    ),
  ]);
  const faults = FAULT_KINDS.map((kind): [string, string] => [
    kind.kind,
    [...faultParams(kind), `${kind.about} (${kind.standsFor})`].join(' '),
  ]);
  const fates = FATE_NAMES.map((kind): [string, string] => [
    kind,
    `${FATE_KINDS[kind].about} (${FATE_KINDS[kind].standsFor})`,
  ]);
  const lines = [
    style.strong('Scenarios') + ' (dragon run SCENARIO)',
    ...textTable(scenarios, form),
    '',
    ...wrap(
      `Those that say no other number run on up to ${USUAL_LIMIT.maxCpus} CPUs, as their memory is the same for any number of them.`,
      width,
    ),
    '',
    style.strong('Profiles') + ' (--profile NAME)',
    ...textTable(profiles, form),
    '',
    ...wrap(
      `${style.strong('Policy options')} (--policy key=value,…; * marks those of profile ${DEFAULT_PROFILE})`,
      width,
    ),
    ...options.slice(1),
    '',
    ...wrap(
      'Numbers in parentheses are yours to choose, as in throttle=timed(250ms) or throttle=watermarks(512,128).',
      width,
    ),
    '',
    ...wrap(`${style.strong('Faults')} (--fault 'KIND key=value … at=INSTANT'; usual values stand here)`, width),
    ...textTable(faults, form),
    '',
    ...wrap(
      `${style.strong('Fates')} (of messages and timers, by rules: --plan FILE, see dragon schema fault-plan)`,
      width,
    ),
    ...textTable(fates, form),
  ];
  return `${lines.join('\n')}\n`;
}

const FATE_NAMES = Object.keys(FATE_KINDS) as FateKind[];

/** Returns what a fault may be told, as in `cpu=N` and `for=10ms:`. */
function faultParams({ target, params, carries }: FaultKind): string[] {
  const words = [
    ...(target === null ? [] : [`${target.param}=${target.by === 'number' ? 'N' : 'AGENT'}`]),
    ...params.map((param) => `${param.name}=${param.default === null ? 'TIME' : paramText(param, param.default)}`),
    ...(carries === undefined ? [] : ['type=TYPE key=value …']),
  ];
  return words.map((word, i) => (i === words.length - 1 ? `${word}:` : word));
}

/** Returns the object of `--json`. */
export function listJson() {
  return {
    scenarios: SCENARIOS.map((scenario) => ({
      name: scenario.name,
      about: scenario.about,
      minCpus: scenario.minCpus,
      maxCpus: maxCpusOf(scenario),
    })),
    profiles: PROFILES.map(({ name, about, policy }) => ({
      name,
      about,
      default: name === DEFAULT_PROFILE,
      policy: policyValues(policy),
    })),
    faults: FAULT_KINDS.map(({ kind, group, about, standsFor, leavesOut, fits, target, params }) => ({
      kind,
      group,
      about,
      standsFor,
      leavesOut,
      fits,
      target,
      params,
    })),
    fates: FATE_NAMES.map((kind) => ({
      kind,
      ...FATE_KINDS[kind],
      messages: admitting('messages', kind),
      timers: admitting('timers', kind),
    })),
    policy: POLICY_OPTIONS.map(({ key, about, values }) => ({
      key,
      about,
      values: values.map(({ form, about: meaning }) => ({ value: form, about: meaning })),
    })),
  };
}
