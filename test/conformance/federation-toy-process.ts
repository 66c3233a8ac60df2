/** A process that hosts toy agents: what the tests start, kill and count. */
import { federateMain } from '../../packages/federation/src/index.ts';
import { definitions } from './federation-toys.ts';

await federateMain(definitions);
