/** A process of `dragon run --processes N`: a federate that hosts agents of every kind. */
import { federateMain } from '@dragon/federation';
import { DEFINITIONS } from '@dragon/scenarios';

await federateMain([...DEFINITIONS.values()]);
