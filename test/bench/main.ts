/**
 * `pnpm bench`: the figures of the project, all from one run of one machine, each beside what it is to be compared
 * with.
 */
import { costOfACache } from './cost-of-a-cache.ts';
import { federationOverPingPong } from './federation-over-ping-pong.ts';
import { engineOverXState } from './engine-over-xstate.ts';
import { measureManyCpus, printManyCpus } from './many-cpus.ts';
import { traceContainer } from './trace-container.ts';

const BENCHES = {
  engine: engineOverXState,
  federation: federationOverPingPong,
  scale: () => printManyCpus(measureManyCpus([16, 256, 4_096])),
  cache: costOfACache,
  trace: traceContainer,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`unknown bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(64);
}
console.log(`node ${process.version}, ${process.arch}; ratios compare within this run, rates are this machine's`);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log('');
  await bench();
}
