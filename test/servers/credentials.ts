/** Operators, accounts and users of a NATS server that asks for signed credentials. */
import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
} from '@nats-io/jwt';

/** What is left out would be none at all. */
const UNLIMITED = {
  conn: -1,
  leaf: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  subs: -1,
  data: -1,
  payload: -1,
  mem_storage: -1,
  disk_storage: -1,
  streams: -1,
  consumer: -1,
};
const TEXT = new TextDecoder();

/** The lines of a configuration that trust one operator, and what makes credentials of its one account. */
export interface Operator {
  readonly config: readonly string[];
  /** Returns the text of a creds file; it is over at `expires`, in seconds of the epoch, if that is given. */
  creds(name: string, subjects?: readonly string[], expires?: number): Promise<string>;
}

export async function newOperator(): Promise<Operator> {
  const [operator, system, account] = [createOperator(), createAccount(), createAccount()];
  const operatorJwt = await encodeOperator('test', operator, { system_account: system.getPublicKey() });
  const [systemJwt, accountJwt] = await Promise.all([
    encodeAccount('SYS', system, {}, { signer: operator }),
    encodeAccount('dragon', account, { limits: UNLIMITED }, { signer: operator }),
  ]);
  return {
    config: [
      `operator: ${operatorJwt}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: { ${system.getPublicKey()}: ${systemJwt}, ${account.getPublicKey()}: ${accountJwt} }`,
    ],
    async creds(name, subjects, expires) {
      const user = createUser();
      const permissions = subjects && { pub: { allow: [...subjects] }, sub: { allow: [...subjects] } };
      const jwt = await encodeUser(name, user, account, { ...permissions }, { ...(expires && { exp: expires }) });
      return TEXT.decode(fmtCreds(jwt, user));
    },
  };
}
