/**
 * Where regular expressions may be: for text that somebody else wrote. What one part of this project tells another is
 * data, never a text to be taken apart.
 */
import { expect, test } from 'vitest';
import { readText, sourceFiles } from './repository.ts';

/** File -> whose text its regular expressions read or write. */
const FOREIGN: Readonly<Record<string, string>> = {
  'packages/cli/src/bundle/source-stack.ts': "V8's stack traces",
  'packages/cli/src/compare/sample-request.ts': 'what is typed as --range',
  'packages/cli/src/doctor-command.ts': 'what nats-server --version prints',
  'packages/cli/src/join/join-command.ts': "the machine's name",
  'packages/cli/src/json/fault-plan-schema.ts': 'patterns of a JSON Schema',
  'packages/cli/src/many-runs/seed-list.ts': 'command line',
  'packages/cli/src/option-values.ts': 'command line',
  'packages/cli/src/program.ts': "commander's error messages",
  'packages/cli/src/run/kept-run.ts': 'names of folders, and of runs as typed on the command line',
  'packages/cli/src/selftest/fuzz/json-mutations.ts': 'texts of others, to be changed at random',
  'packages/cli/src/selftest/fuzz/text-mutations.ts': 'texts of others, to be changed at random',
  'packages/compare/src/boots/boot-console.ts': 'consoles of real boots',
  'packages/compare/src/boots/boot.ts': 'workloads of real boots',
  'packages/compare/src/boots/boots-csv.ts': 'reads and writes CSV',
  'packages/compare/src/compare-csv.ts': 'writes CSV',
  'packages/compare/src/html-text.ts': 'writes HTML',
  'packages/compare/src/policy-label.ts': 'a policy as typed on the command line',
  'packages/compare/src/sample-table.ts': 'a field of CSV that has to be quoted',
  'packages/compare/src/short-number.ts': 'writes numbers',
  'packages/hunt/src/roles.ts': 'names of agents and resources without their numbers',
  'packages/dmesg/src/ftrace-text.ts': 'ftrace files',
  'packages/dmesg/src/in-flight-works.ts': 'kernel logs',
  'packages/dmesg/src/kernel-log-parser.ts': 'kernel logs',
  'packages/dmesg/src/lockdep-reader.ts': 'kernel logs',
  'packages/dmesg/src/log-entry.ts': 'kernel logs',
  'packages/dmesg/src/log-line.ts': 'kernel logs',
  'packages/dmesg/src/stack-frame.ts': 'kernel logs',
  'packages/dmesg/src/wall-clock.ts': 'kernel logs',
  'packages/dmesg/src/wrapped-lines.ts': 'kernel logs',
  'packages/fault-plan/src/plan-rule.ts': 'names in fault plans',
  'packages/fault-plan/src/plan-words.ts': 'numbers in fault plans',
  'packages/federation/src/hosts/host-words.ts': 'names in words from the wire',
  'packages/federation/src/frame.ts': 'names that arrive in frames',
  'packages/federation/src/nats-refusal.ts': 'what the NATS client, a server and credentials say',
  'packages/federation/src/processes/federate-main.ts': "the machine's host name",
  'packages/federation/src/processes/nats-address.ts': 'NATS_URL',
  'packages/federation/src/processes/nats-binary.ts': 'what apt prints',
  'packages/federation/src/processes/server-folder.ts': 'what nats-server prints',
  'packages/federation/src/processes/public-url.ts': 'URLs on the command line',
  'packages/federation/src/subjects.ts': 'names that become NATS subjects',
  'packages/ftrace/src/conform/slab-loop.ts': 'ftrace files',
  'packages/ftrace/src/event-fields.ts': 'ftrace files',
  'packages/ftrace/src/feed-region.ts': 'ftrace files',
  'packages/ftrace/src/ftrace-parser.ts': 'ftrace files',
  'packages/ftrace/src/kernel-event.ts': 'ftrace files',
  'packages/ftrace/src/latency-line.ts': 'ftrace files',
  'packages/ftrace/src/line-prefix.ts': 'ftrace files',
  'packages/ftrace/src/named-regions.io.ts': 'ftrace files',
  'packages/ftrace/src/other-formats.ts': 'files of other tools',
  'packages/ftrace/src/other-line.ts': 'ftrace files',
  'packages/ftrace/src/quoted-lines.ts': 'ftrace files',
  'packages/ftrace/src/workload/kernel-task.ts': 'names of threads in ftrace files',
  'packages/ftrace/src/worded-fields.ts': 'ftrace files',
  'packages/kernel/src/policy/duration-text.ts': 'command line',
  'packages/kernel/src/policy/policy-parser.ts': 'command line',
  'packages/kernel/src/policy/policy-values.ts': 'command line',
  'packages/kernel/src/shell-word.ts': 'file names and names in traces',
  'packages/report/src/escape-sequences.ts': 'text of others',
  'packages/report/src/foreign-json.ts': 'JSON of foreign origin',
  'packages/report/src/printable.ts': 'text of foreign origin, to be printed',
  'packages/scenarios/src/parameter.ts': 'command line',
  'packages/scenarios/src/set-values.ts': 'command line',
  'packages/scenarios/src/recorded/marked-size.ts': 'trace_marker lines in ftrace files',
  'packages/scenarios/src/setting-values.ts': 'command line',
  'services/coordinator/src/settings.ts': 'environment',
  'services/inspector/src/send-file.ts': 'the Range of an HTTP request',
};

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const TEMPLATE = /`(?:\\.|[^`\\])*`/g;
const LITERAL =
  /(?:[=(,:?[&|!]|\breturn|=>)\s*\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*\s*[).,;\]]/;

/** Of a template only its expressions: its text may look like anything. */
const expressions = (template: string): string => [...template.matchAll(/\$\{[^}]*\}/g)].join(';');

const hasRegularExpression = (code: string): boolean =>
  LITERAL.test(code.replace(COMMENT, '').replace(TEMPLATE, expressions)) || code.includes('new RegExp(');

test('regular expressions are found', () => {
  expect(hasRegularExpression('const words = text.split(/ +/);')).toBe(true);
  expect(hasRegularExpression('return /^a\\/[/]b$/.test(text);')).toBe(true);
  expect(hasRegularExpression("const one = new RegExp('a');")).toBe(true);
  expect(hasRegularExpression('say(`first ${text.replace(/^ +/, one)}`);')).toBe(true);
  expect(hasRegularExpression('say(`task_memcg=/,task=${comm}, uid=/0,`);')).toBe(false);
  expect(hasRegularExpression('const ratio = (a + b) / (c / d);')).toBe(false);
});

test('regular expressions read what others wrote, not what we did', () => {
  const shipped = sourceFiles().filter(
    (file) => /^(?:packages|services)\/.*\.ts$/.test(file) && !/\.test\.ts$|\.fixture\./.test(file),
  );
  const found = shipped.filter((file) => hasRegularExpression(readText(file)));
  expect(found.sort()).toEqual(Object.keys(FOREIGN).sort());
});
