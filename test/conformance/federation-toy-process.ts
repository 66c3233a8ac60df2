/** A process that hosts toy agents: what the tests start, kill and count. */
import { federateMain } from '@dragon/federation';
import { definitions } from './federation-toys.ts';

await federateMain(definitions);
