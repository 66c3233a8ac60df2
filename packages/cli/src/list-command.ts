/** `dragon list`: what there is to run, and under which policies. */
import { DEFAULT_PROFILE, POLICY_OPTIONS, policyChanges, policyValues, profileNamed, PROFILES } from '@dragon/kernel';
import { foldLines, textTable, wrap } from '@dragon/report';
import {
  DEFAULT_CPUS,
  formatValue,
  maxCpusOf,
  type Scenario,
  scenarioNamed,
  SCENARIOS,
  settingRead,
  USUAL_LIMIT,
} from '@dragon/scenarios';
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
  const lines = [
    ...wrap(`${style.strong('Scenarios')} (dragon run SCENARIO; what may be set of one: dragon list SCENARIO)`, width),
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
    ...wrap(
      `${style.strong('Faults')} (--fault), and ${style.strong('fates')} that rules give to messages (--plan): dragon chaos list`,
      width,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** As many as `dragon run` gives it, or as few as it can have. */
const usualCpus = ({ minCpus }: Scenario): number => Math.max(minCpus, DEFAULT_CPUS);

/** Returns what is to be said of one scenario, lines ended by newlines; throws `SettingError` for none. */
export function scenarioText(name: string, { style, width }: Pick<Terminal, 'style' | 'width'>): string {
  const scenario = settingRead('scenario', () => scenarioNamed(name));
  const cpus = usualCpus(scenario);
  const rows = (scenario.parameters?.(cpus) ?? []).map(({ key, unit, usual, least, most, about }) => [
    key,
    formatValue(unit, usual),
    `${formatValue(unit, least)} to ${formatValue(unit, most)}`,
    about,
  ]);
  const lines = [
    ...wrap(`${style.strong(name)}: ${scenario.about}`, width),
    '',
    ...wrap(`CPUs: ${scenario.minCpus} to ${maxCpusOf(scenario)}`, width),
    '',
    ...wrap(`${style.strong('Parameters')} (--set KEY=VALUE), with what they are on ${cpus} CPUs`, width),
    ...textTable(rows, { width, indent: '  ' }),
  ];
  return `${lines.join('\n')}\n`;
}

/** Returns the object of `--json`, of all scenarios or of one. */
export function listJson(only?: string) {
  const listed = only === undefined ? SCENARIOS : [settingRead('scenario', () => scenarioNamed(only))];
  return {
    scenarios: listed.map((scenario) => ({
      name: scenario.name,
      about: scenario.about,
      minCpus: scenario.minCpus,
      maxCpus: maxCpusOf(scenario),
      cpus: usualCpus(scenario),
      parameters: (scenario.parameters?.(usualCpus(scenario)) ?? []).map(
        ({ key, about, unit, usual, least, most }) => ({
          key,
          about,
          unit,
          usual,
          least,
          most,
        }),
      ),
    })),
    profiles: PROFILES.map(({ name, about, policy }) => ({
      name,
      about,
      default: name === DEFAULT_PROFILE,
      policy: policyValues(policy),
    })),
    policy: POLICY_OPTIONS.map(({ key, about, values }) => ({
      key,
      about,
      values: values.map(({ form, about: meaning }) => ({ value: form, about: meaning })),
    })),
  };
}
