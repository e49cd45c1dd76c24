import { nkeys } from 'nats';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** A server's configuration in operator mode and the credentials file of a user that it knows. */
export interface OperatorSetup {
  readonly config: string;
  readonly credentials: string;
}

const NO_LIMITS = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
};

/** Without them an account has no JetStream; the system account must have none. */
const JETSTREAM_LIMITS = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** Makes an operator, a system account, an account with JetStream and a user: tokens signed by ed25519 keys, as `nsc` makes them. */
export function makeOperator(): OperatorSetup {
  const operator = nkeys.createOperator();
  const [system, account] = [nkeys.createAccount(), nkeys.createAccount()];
  const user = nkeys.createUser();
  const tokenOf = (key: KeyPair, issuer: KeyPair, claims: object): string => sign(key.getPublicKey(), issuer, claims);
  const operatorToken = tokenOf(operator, operator, { type: 'operator', version: 2 });
  const accounts = [system, account].map((key) => {
    const limits = key === system ? NO_LIMITS : { ...NO_LIMITS, ...JETSTREAM_LIMITS };
    const token = tokenOf(key, operator, { type: 'account', version: 2, limits, default_permissions: {} });
    return `${key.getPublicKey()}: ${token}`;
  });
  const userToken = tokenOf(user, account, { type: 'user', version: 2, subs: -1, data: -1, payload: -1 });
  const config = [
    `operator: ${operatorToken}`,
    `system_account: ${system.getPublicKey()}`,
    'resolver: MEMORY',
    `resolver_preload: { ${accounts.join(', ')} }`,
  ].join('\n');
  const seed = new TextDecoder().decode(user.getSeed());
  const credentials =
    `-----BEGIN NATS USER JWT-----\n${userToken}\n------END NATS USER JWT------\n\n` +
    `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
  return { config, credentials };
}

function sign(subject: string, issuer: KeyPair, claims: object): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = encode({ typ: 'JWT', alg: 'ed25519-nkey' });
  const body = encode({
    jti: subject,
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    name: subject,
    sub: subject,
    nats: claims,
  });
  const signature = issuer.sign(new TextEncoder().encode(`${header}.${body}`));
  return `${header}.${body}.${Buffer.from(signature).toString('base64url')}`;
}
