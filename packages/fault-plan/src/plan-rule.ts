/** A rule of a plan file: which messages or timers, and what becomes of them. */
import type { Fate, FateKind, Rule } from '@dragon/engine';
import { ADMISSIONS, admitting, refusedFate, unknownName } from '@dragon/kernel';
import { FaultPlanError } from './fault-plan-error.ts';
import { entryAt, expectKeys, mapOf, shareOf, spanOf, textOf, timeOf, valueAt, wordsOf } from './plan-words.ts';
import type { YamlMap, YamlValue } from './yaml-tree.ts';

const FATE_KINDS: readonly FateKind[] = ['delay', 'hold', 'reorder', 'drop', 'duplicate'];

/** All that a fate can be given to. */
const ALL = 'all';
const NAME = /^[\w.-]{1,60}$/;

/** Returns the rule; throws a `FaultPlanError`. */
export function planRule(value: YamlValue): Rule {
  const map = mapOf(value, 'a rule: write one as in {fate: drop, messages: kswapd.wake}');
  const about = valueAt(map, 'timers') === undefined ? 'messages' : 'timers';
  const fate = fateOf(map);
  const senders = about === 'messages' ? 'from' : 'of';
  const whom = about === 'messages' ? ['from', 'to'] : ['of'];
  expectKeys(map, `a rule about ${about}`, [
    'name',
    'fate',
    about,
    ...whom,
    ...(fate.kind === 'hold' ? ['release'] : fate.kind === 'drop' ? [] : ['by']),
    'since',
    'until',
    'probability',
  ]);
  const names = namesOf(map, about, fate.kind);
  const [since, until] = [valueAt(map, 'since'), valueAt(map, 'until')];
  const window = { since: since && timeOf(since), until: until && timeOf(until) };
  if (until !== undefined && (window.until ?? 0) <= (window.since ?? 0))
    throw new FaultPlanError(until.place, 'a rule ends after it begins: give a later time');
  const probability = valueAt(map, 'probability');
  const [from, to] = [valueAt(map, senders), about === 'messages' ? valueAt(map, 'to') : undefined];
  return {
    name: nameOf(map, fate.kind, names),
    about,
    names,
    ...(from && { from: wordsOf(from, senders).map(([word]) => word) }),
    ...(to && { to: wordsOf(to, 'to').map(([word]) => word) }),
    ...(window.since !== undefined && { since: window.since }),
    ...(window.until !== undefined && { until: window.until }),
    probability: probability === undefined ? 1 : shareOf(probability),
    fate,
  };
}

function fateOf(map: YamlMap): Fate {
  const { value } = entryAt(map, 'fate', `fate: ${FATE_KINDS.join(', or ')}`);
  const word = textOf(value, 'fate');
  const kind = FATE_KINDS.find((each) => each === word);
  switch (kind) {
    case undefined:
      throw new FaultPlanError(value.place, unknownName('fate', word, FATE_KINDS));
    case 'drop':
      return { kind };
    case 'hold':
      return { kind, until: timeOf(entryAt(map, 'release', 'release: 5s, say: when it is let go').value) };
    case 'delay':
    case 'reorder':
    case 'duplicate': {
      const [min, max] = spanOf(entryAt(map, 'by', 'by: 1ms..20ms, say: how much later').value);
      return { kind, min, max };
    }
  }
}

/** Throws for a name that there is not, and for one that does not admit the fate. */
function namesOf(map: YamlMap, about: Rule['about'], fate: FateKind): readonly string[] {
  const { value } = entryAt(map, about, `messages: kswapd.wake, timers: jiffy, or messages: ${ALL}`);
  const words = wordsOf(value, about);
  const whole = admitting(about, fate);
  if (words.length === 1 && words[0]?.[0] === ALL) {
    if (whole.length > 0) return whole;
    throw new FaultPlanError(value.place, `no ${about} admit ${fate}`);
  }
  return words.map(([word, place]) => {
    const known = Object.keys(ADMISSIONS[about]);
    if (!known.includes(word))
      throw new FaultPlanError(place, unknownName(about.slice(0, -1), word, whole.length > 0 ? whole : known));
    const refusal = refusedFate(about, word, fate);
    if (refusal !== undefined) throw new FaultPlanError(place, refusal);
    return word;
  });
}

/** A rule that has no name is called by what it does. */
function nameOf(map: YamlMap, fate: FateKind, names: readonly string[]): string {
  const value = valueAt(map, 'name');
  if (value === undefined) return `${fate}-${names.length === 1 ? names[0] : 'several'}`;
  const name = textOf(value, 'name');
  if (NAME.test(name)) return name;
  throw new FaultPlanError(value.place, 'a name has 1 to 60 letters, digits, points, dashes and underscores');
}
