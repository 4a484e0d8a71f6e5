import { Agent, fetch } from 'undici';
import { TestSystem } from '../helpers/system.ts';
import { RtpPhone } from './rtp-phone.ts';
import { type Account, Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';

/** One of the tenants: its token, the domain of its phones, and what its API of the PBX asks for. */
export interface TestTenant {
  readonly token: string;
  readonly domain: string | undefined;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly pbx: { readonly login: string; readonly senha: string; readonly token: string };
  /** Its phones are on this line and the next ones. */
  readonly line: number;
}

/** A system with two tenants whose extensions have the same numbers. */
export class TwoTenants {
  readonly system: TestSystem;
  readonly dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  #first: TestTenant | undefined;
  #acme: TestTenant | undefined;

  private constructor(system: TestSystem) {
    this.system = system;
  }

  static async start(): Promise<TwoTenants> {
    const two = new TwoTenants(await TestSystem.start());
    const { demo } = two.system;
    const accounts = new Map(['1001', '1002', '2001'].map((number) => [number, two.system.account(number)]));
    two.#first = { token: demo.api.token, domain: undefined, accounts, pbx: demo.intelbras, line: 0 };
    two.#acme = await two.#addAcme(demo.api.token);
    return two;
  }

  /** The demo's, whose phones register in any domain. */
  get first(): TestTenant {
    return this.#first ?? missing();
  }

  /** The one that was added while the system ran. */
  get acme(): TestTenant {
    return this.#acme ?? missing();
  }

  async stop(): Promise<void> {
    await this.dispatcher.close();
    await this.system.stop();
  }

  /** Asks the product's own API. @returns the answer's body; undefined when it has none */
  async api<T>(token: string, method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.system.httpPort}/api/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Asks the API of the PBX as a tenant's instance. */
  async pbx(tenant: TestTenant, acao: string, fields: object = {}): Promise<Record<string, string>[]> {
    const body = JSON.stringify({ acao, ...tenant.pbx, ...fields });
    const url = `https://127.0.0.1:${this.system.httpPort + 1}/api.php`;
    const answer = await fetch(url, { method: 'POST', body, dispatcher: this.dispatcher });
    return (await answer.json()) as Record<string, string>[];
  }

  /** Runs a scenario at a phone of a tenant. */
  run(tenant: TestTenant, phone: number, scenario: Scenario): Promise<PhoneRun> {
    return startSipp({ ...this.#at(tenant, phone), scenario });
  }

  /** The same to its end. @throws when it did not go as it says */
  async through(tenant: TestTenant, phone: number, scenario: Scenario): Promise<void> {
    const { successful, errors } = await runSipp({ ...this.#at(tenant, phone), scenario });
    if (successful !== 1) throw new Error(`The phone's scenario did not end well: ${errors}`);
  }

  async audio(tenant: TestTenant, phone: number): Promise<RtpPhone> {
    return RtpPhone.open(this.system.phonePorts + 50 + 2 * (tenant.line + phone));
  }

  #at(tenant: TestTenant, phone: number) {
    return { target: `127.0.0.1:${this.system.sipPort}`, port: this.system.phonePorts + tenant.line + phone };
  }

  async #addAcme(operator: string): Promise<TestTenant> {
    const { token } = await this.api<{ token: string }>(operator, 'POST', 'tenants', { login: 'acme', name: 'Acme' });
    const domain = 'acme';
    const accounts = new Map<string, Account>();
    for (const [number, settings] of [
      ['1001', {}],
      ['2001', {}],
      ['1004', { fallback: true }],
      ['1005', { kind: 'both' }],
    ] as const) {
      const made = await this.api<{ password: string }>(token, 'POST', 'extensions', { number, ...settings });
      accounts.set(number, { user: number, password: made.password, domain });
    }
    const instance = { login: 'acme-crm', origin: '127.0.0.1', password: 'the-instance-s' };
    const {
      login,
      password: senha,
      token: key,
    } = await this.api<{ login: string; password: string; token: string }>(token, 'POST', 'instances', instance);
    return { token, domain, accounts, pbx: { login, senha, token: key }, line: 10 };
  }
}

function missing(): never {
  throw new Error('The system is not ready.');
}
