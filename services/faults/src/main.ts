/** The process of this service: a federate that hosts its agents. */
import { federateMain } from '@dragon/federation';
import { definitions } from './index.ts';

await federateMain(definitions);
