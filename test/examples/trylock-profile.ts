/** A profile made of rows that there are: the kernel of December 2022, where repair takes the AGI as in 6.10. */
import { parsePolicy, type Profile, profileNamed } from '@dragon/kernel';

export const v61Trylock: Profile = {
  name: 'v6.1-trylock',
  release: '6.1.0-trylock',
  about: 'v6.1, and online repair only tries the AGI',
  policy: parsePolicy('repair-lock=trylock', profileNamed('v6.1').policy),
};
