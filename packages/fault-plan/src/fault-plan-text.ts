/** Fault plans as text, which reads back as the same plan. */
import type { Fate, Json, Rule } from '@dragon/engine';
import { admitting, type Fault, formatExactDuration, formatFault } from '@dragon/kernel';
import { stringify } from 'yaml';

/** Returns the YAML of a plan. */
export function formatFaultPlan({
  faults,
  rules,
}: {
  readonly faults: readonly Fault[];
  readonly rules: readonly Rule[];
}): string {
  return stringify(
    {
      ...(faults.length > 0 && { faults: faults.map(formatFault) }),
      ...(rules.length > 0 && { rules: rules.map(ruleFields) }),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** Returns the keys and values of a rule as a plan has them. */
export function ruleFields({ name, about, names, from, to, since, until, probability, fate }: Rule): {
  readonly [key: string]: Json;
} {
  return {
    name,
    fate: fate.kind,
    [about]: names === undefined || isWhole(names, about, fate) ? 'all' : names,
    ...fateFields(fate),
    ...(from && { [about === 'messages' ? 'from' : 'of']: from }),
    ...(to && { to }),
    ...(since !== undefined && { since: formatExactDuration(since) }),
    ...(until !== undefined && { until: formatExactDuration(until) }),
    ...(probability < 1 && { probability }),
  };
}

function isWhole(names: readonly string[], about: Rule['about'], { kind }: Fate): boolean {
  const whole = admitting(about, kind);
  return names.length === whole.length && names.length > 1 && names.every((name, i) => name === whole[i]);
}

function fateFields(fate: Fate): { readonly [key: string]: string } {
  if (fate.kind === 'drop') return {};
  if (fate.kind === 'hold') return { release: formatExactDuration(fate.until) };
  const [least, most] = [formatExactDuration(fate.min), formatExactDuration(fate.max)];
  return { by: least === most ? least : `${least}..${most}` };
}
