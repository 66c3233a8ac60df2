/** Who may import whom: the one table of directions between packages, and the proof that sources keep to it. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type Manifest, readJson, readText, ROOT, sourceFiles, workspacePackages } from './repository.ts';

const AGENTS = 'kswapd inodegc repair shrinkers memory inode-cache ag workload cpu watchdog faults'.split(' ');
const AGENT_MAY_IMPORT = ['engine', 'statechart', 'kernel', 'federation', 'xstate'];

/** Folder name -> what its package.json may depend on. Names of this workspace stand without `@dragon/`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  statechart: ['engine', 'xstate'],
  kernel: ['engine', 'statechart', 'xstate'],
  ...Object.fromEntries(AGENTS.map((agent) => [agent, AGENT_MAY_IMPORT])),
  scenarios: ['engine', 'kernel', ...AGENTS],
  federation: ['engine', '@nats-io/jetstream', '@nats-io/obj', 'msgpackr', 'nats', 'zod'],
  report: ['engine', 'kernel'],
  ftrace: ['engine', 'kernel', 'report'],
  dmesg: ['kernel', 'report', 'ftrace'],
  compare: ['engine', 'kernel', 'report'],
  hunt: ['compare', 'engine', 'kernel', 'report'],
  'fault-plan': ['engine', 'kernel', 'yaml'],
  export: ['engine', 'report', 'pbf', '@mermaid-js/tiny', 'protobufjs'],
  coordinator: ['engine', 'fault-plan', 'federation', 'scenarios', 'report'],
  inspection: ['dmesg', 'engine', 'kernel', 'report', 'scenarios', 'statechart'],
  'inspector-page': [
    'dmesg',
    'engine',
    'export',
    'inspection',
    'kernel',
    'report',
    'scenarios',
    'preact',
    '@preact/signals',
    'd3-selection',
    'd3-zoom',
    'elkjs',
    '@types/d3-selection',
    '@types/d3-zoom',
  ],
  // The XState of @xstate/inspect, which is not that of the agents.
  inspector: [
    'engine',
    'federation',
    'inspection',
    'report',
    'scenarios',
    '@types/ws',
    '@xstate/inspect',
    'sirv',
    'ws',
    'xstate',
    'zod',
  ],
  cli: [
    'engine',
    'kernel',
    'scenarios',
    'federation',
    'report',
    'ftrace',
    'dmesg',
    'compare',
    'hunt',
    'inspector',
    'export',
    'fault-plan',
    'inspection',
    'commander',
    'elkjs',
    'env-paths',
    'esbuild',
    'zod',
  ],
};

/** What tests and their fixtures may import besides: these belong to the root. */
const TEST_TOOLS = ['vitest', 'fast-check'];

const dependencyNames = ({ dependencies = {}, devDependencies = {} }: Manifest) =>
  [...Object.keys(dependencies), ...Object.keys(devDependencies)].map((name) => name.replace(/^@dragon\//, ''));

/** The modules a file imports, as written. */
function importsOf(file: string): string[] {
  const code = readText(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const pattern = /(?:^\s*(?:import|export)\b[^;'"]*?\bfrom\s*|^\s*import\s*|\bimport\(\s*)(['"])(.+?)\1/gm;
  return [...code.matchAll(pattern)].map((match) => match[2] ?? '');
}

/** `@scope/name/deep` -> `@scope/name`; of this workspace, the folder name. */
const packageOf = (specifier: string) =>
  (/^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier).replace(/^@dragon\//, '');

test('every package depends only on what the table allows', () => {
  for (const { name, manifest } of workspacePackages()) {
    expect(manifest.name).toBe(`@dragon/${name}`);
    expect(MAY_IMPORT, `${name} has no row in the table`).toHaveProperty([name]);
    const refused = dependencyNames(manifest).filter((dependency) => !MAY_IMPORT[name]?.includes(dependency));
    expect(refused, `${name} must not depend on`).toEqual([]);
  }
});

test('the page of the architecture has the same table', () => {
  const rows = readText('docs/architecture.md').matchAll(/^\| (packages|services)\/(\S+) \| .* \| (.*) \|$/gm);
  const shown = new Map([...rows].map(([, , name = '', imports = '']) => [name, imports]));
  const packages = workspacePackages().map(({ name }) => name);
  // One row for all agents; of the command's the page says more than each name.
  expect(new Set(shown.keys())).toEqual(new Set(['*', ...packages.filter((name) => !AGENTS.includes(name))]));
  const inside = (names: readonly string[]) => names.filter((name) => packages.includes(name)).sort();
  for (const [name, imports] of shown) {
    if (name === 'cli') continue;
    const words = [...imports.matchAll(/[a-z-]+/g)].map(([word]) => word);
    const told = words.flatMap((word) => (word === 'agents' ? AGENTS : [word]));
    expect(inside(told), name).toEqual(inside(name === '*' ? AGENT_MAY_IMPORT : (MAY_IMPORT[name] ?? [])));
  }
});

test('every import is declared, and none reaches into another package', () => {
  const refused = workspacePackages().flatMap(({ folder, manifest }) => {
    const declared = new Set(dependencyNames(manifest));
    return sourceFiles()
      .filter((file) => file.startsWith(`${folder}/`))
      .flatMap((file) => {
        const allowed = (specifier: string) => {
          if (specifier.startsWith('node:')) return true;
          if (specifier.startsWith('.')) {
            const path = join(dirname(file), specifier);
            return path.startsWith(join(folder, '/')) || (file.endsWith('.test.ts') && path.startsWith('test/golden/'));
          }
          return (
            declared.has(packageOf(specifier)) ||
            (/\.(?:test|fixture)\.ts$/.test(file) && TEST_TOOLS.includes(packageOf(specifier)))
          );
        };
        return importsOf(file)
          .filter((specifier) => !allowed(specifier))
          .map((specifier) => `${file}: ${specifier}`);
      });
  });
  expect(refused).toEqual([]);
});

test('only what puts agents together imports a service', () => {
  const services = workspacePackages().flatMap(({ name, folder }) => (folder.startsWith('services/') ? [name] : []));
  const importers = workspacePackages().filter(({ manifest }) =>
    dependencyNames(manifest).some((dependency) => services.includes(dependency)),
  );
  expect(importers.map(({ name }) => name).filter((name) => name !== 'cli' && name !== 'scenarios')).toEqual([]);
});

test('no file imports itself by way of others, not even for a type', () => {
  const files = new Set(sourceFiles());
  const imports = new Map(
    [...files].map((file) => [
      file,
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => join(dirname(file), specifier))
        .filter((path) => files.has(path)),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
    if (done.has(file)) return;
    done.add(file);
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test('of an agent, only main.ts knows the federation', () => {
  const agentSources = sourceFiles().filter((file) => AGENTS.some((agent) => file.startsWith(`services/${agent}/`)));
  const refused = agentSources.filter(
    (file) => !/\/main(?:\.test)?\.ts$/.test(file) && importsOf(file).map(packageOf).includes('federation'),
  );
  expect(refused).toEqual([]);
});

test('there are two versions of XState: that of @xstate/inspect in the inspector, and that of the agents elsewhere', () => {
  const versionSeenBy = (file: string) => (createRequire(file)('xstate/package.json') as { version: string }).version;
  const users = workspacePackages().filter(({ manifest }) => dependencyNames(manifest).includes('xstate'));
  const versions = users.map(({ name, folder }) => [name, versionSeenBy(join(ROOT, folder, 'package.json'))]);
  expect(versions).toEqual(versions.map(([name]) => [name, name === 'inspector' ? '4.38.3' : '5.33.3']));
  expect(versions.length).toBeGreaterThan(8);
  const inspect = createRequire(join(ROOT, 'services/inspector/package.json')).resolve('@xstate/inspect');
  expect(versionSeenBy(inspect)).toBe('4.38.3');
});

test('every version is exact', () => {
  const manifests = [readJson('package.json') as Manifest, ...workspacePackages().map(({ manifest }) => manifest)];
  const versions = manifests.flatMap((each) => Object.entries({ ...each.dependencies, ...each.devDependencies }));
  const exact = /^(?:workspace:\*|catalog:|(?:npm:.+@)?\d+\.\d+\.\d+)$/;
  expect(versions.filter(([, version]) => !exact.test(version))).toEqual([]);
  const catalog = /^catalog:\n((?: {2}.+\n)+)/m.exec(readText('pnpm-workspace.yaml'))?.[1] ?? '';
  expect(
    catalog
      .trimEnd()
      .split('\n')
      .filter((line) => !/: \d+\.\d+\.\d+$/.test(line)),
  ).toEqual([]);
});
