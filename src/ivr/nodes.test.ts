import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallSetting, playCall, textOf } from '../../test/helpers/menu-caller.ts';
import { anaDocument, contractOf, scriptedErp, subscriberOf } from '../../test/helpers/scripted-erp.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flows-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Plays a flow of these nodes, the first of which begins. */
function play(nodes: string, setting: Partial<CallSetting> = {}, head = '') {
  const prompts = 'prompts:\n  ask: Diga.\n  got: "Tenho {value}."\n  two: Dois.\n';
  const start = /^ {2}(\w+):/m.exec(nodes)?.[1];
  writeFileSync(
    join(folder, 'probe.yaml'),
    `version: 1\nstart: ${start}\nperson: bye\n${head}${prompts}nodes:\n${nodes}\n  bye: { type: hang_up }\n`,
  );
  return playCall({ erp: scriptedErp(), flow: 'probe', flowFolders: [folder], ...setting });
}

const said = '  told: { type: say, prompt: got, exits: { next: bye } }';

describe('collect', () => {
  const node = (more = '') =>
    `  number: { type: collect, prompt: ask, variable: value, min_digits: 2, max_digits: 4, ${more} exits: { keyed: told } }\n${said}`;

  test.each([
    ['ended by #', '123#'],
    ['ended by a pause', '123'],
    ['corrected with *', '98*123#'],
  ])('a number %s', async (_, keys) => {
    expect(textOf(await play(node(), { script: [['Diga', keys]] }))).toContain('Tenho 123.');
  });

  test('one as long as it may get ends by itself, and its late # is nothing', async () => {
    const call = await play(node(), {
      script: [
        ['Diga', '1234'],
        ['Tenho', '#'],
      ],
    });
    expect(textOf(call)).toContain('Tenho 1234.');
  });

  test('a key too many makes it wrong rather than short', async () => {
    const call = await play(node(), {
      script: [
        ['Diga', '12345'],
        ['Diga', '77#'],
      ],
    });
    expect(textOf(call)).toMatch(/não é válido\.[^]*Tenho 77\./);
  });

  test('a personal number is masked in the step and not kept', async () => {
    const call = await play(node('personal: true,'), { script: [['Diga', '1234#']] });
    expect(textOf(call)).toContain('Tenho 1234.');
    expect(call.steps[0]?.digits).toBe('*****');
    expect(JSON.stringify(call.steps)).not.toContain('1234');
  });

  test('0 alone is a person, 9 alone repeats', async () => {
    const call = await play(node(), {
      script: [
        ['Diga', '9#'],
        ['Diga', '0#'],
      ],
    });
    expect(call.steps[0]).toMatchObject({ exit: 'person', digits: '9#0#' });
  });

  test('so are they of a whole flow', async () => {
    const short = await play(node(), {}, 'waits: { first_digit: 1 }\n');
    const long = await play(node(), {}, 'waits: { first_digit: 9 }\n');
    expect(long.clock.now().getTime() - short.clock.now().getTime()).toBe(3 * 8_000);
  });

  test('the waits for keys are settings', async () => {
    const short = await play(node('first_digit_seconds: 1,'));
    const long = await play(node('first_digit_seconds: 9,'));
    expect(long.clock.now().getTime() - short.clock.now().getTime()).toBe(3 * 8_000);
  });
});

describe('set', () => {
  test('JSON1 to JSON3 go with the call, slots filled', async () => {
    const call = await play(
      `  who: { type: identify, by: document, prompt: ask, exits: { found: which, not_found: bye, unavailable: bye } }
  which: { type: choose_contract, exits: { chosen: mark, none: bye } }
  mark: { type: set, variables: { JSON1: 'contrato {contract_id}', value: '{caller_number}' }, exits: { next: told } }\n${said}`,
      {
        erp: scriptedErp({ subscribers: [subscriberOf([contractOf()])] }),
        callerNumber: '2001',
        script: [['Diga', anaDocument]],
      },
    );
    expect(call.facts).toContainEqual({ json1: 'contrato 501' });
    expect(textOf(call)).toContain('Tenho 2001.');
  });
});

describe('condition', () => {
  test('on a variable, by its values', async () => {
    const nodes = (value: string) => `  mark: { type: set, variables: { kind: '${value}' }, exits: { next: is } }
  is: { type: condition, on: { variable: kind, values: [vip] }, exits: { vip: yes, otherwise: bye } }
  yes: { type: say, prompt: two, exits: { next: bye } }`;
    expect(textOf(await play(nodes('vip')))).toContain('Dois.');
    expect(textOf(await play(nodes('guest')))).not.toContain('Dois.');
  });

  test('on hours, by the clock of the provider', async () => {
    const nodes = `  hours: { type: condition, on: { hours: x }, exits: { open: yes, closed: bye } }
  yes: { type: say, prompt: two, exits: { next: bye } }`;
    const openingHours = () => ({
      timeZone: 'America/Sao_Paulo',
      weekly: { friday: [{ from: '08:00', to: '18:00' }] },
      nationalHolidays: 'off' as const,
      holidays: [],
      specialDays: {},
    });
    const at = (now: string) => play(nodes, { exchange: { openingHours }, now });
    expect(textOf(await at('2026-11-20T17:59:00-03:00'))).toContain('Dois.');
    expect(textOf(await at('2026-11-20T18:00:00-03:00'))).not.toContain('Dois.');
  });
});

describe('http_request', () => {
  const nodes = `  ask: { type: http_request, method: POST, url: 'http://crm.example/score/{caller_number}', body: { from: '{caller_number}' }, save: { value: customer.score }, exits: { done: told, refused: no, unavailable: down } }
  no: { type: hang_up, prompt: invoice_send_nothing }
  down: { type: hang_up, prompt: system_unavailable }\n${said}`;
  const answering = (answer: () => Promise<Response>) => {
    const requests: { url: string; init: RequestInit | undefined }[] = [];
    const options: CallSetting['options'] = {
      fetch: (url, init) => {
        requests.push({ url: url as string, init });
        return answer();
      },
    };
    return { requests, setting: { callerNumber: '2001', options } };
  };

  test('asks a service and keeps what it was told to keep', async () => {
    const { requests, setting } = answering(async () => Response.json({ customer: { score: 42 } }));
    expect(textOf(await play(nodes, setting))).toContain('Tenho 42.');
    expect(requests[0]?.url).toBe('http://crm.example/score/2001');
    expect(requests[0]?.init).toMatchObject({ method: 'POST', body: '{"from":"2001"}', redirect: 'error' });
  });

  test.each([
    ['refuses', () => Promise.resolve(Response.json({}, { status: 404 })), 'Não há fatura'],
    ['fails', () => Promise.resolve(Response.json({}, { status: 500 })), 'fora do ar'],
    ['answers what is no JSON', () => Promise.resolve(new Response('<html>')), 'fora do ar'],
    ['is away', () => Promise.reject(new TypeError('fetch failed')), 'fora do ar'],
    ['never answers', () => new Promise<Response>(() => {}), 'fora do ar'],
  ])('a service that %s', async (_, answer, sentence) => {
    expect(textOf(await play(nodes, answering(answer).setting))).toContain(sentence);
  });
});

describe('survey', () => {
  const nodes = `  poll: { type: survey, prompt: ask, exits: { answered: yes, skipped: bye } }
  yes: { type: say, prompt: two, exits: { next: bye } }`;

  test.each(['0', '7#', '10'])('%s is an answer', async (keys) => {
    expect(textOf(await play(nodes, { script: [['Diga', keys]] }))).toContain('Dois.');
  });

  test('11 is none, and silence neither', async () => {
    expect(
      (
        await play(nodes, {
          script: [
            ['Diga', '11'],
            ['Diga', '12'],
          ],
        })
      ).steps[0],
    ).toMatchObject({ exit: 'skipped' });
    expect((await play(nodes)).steps[0]).toMatchObject({ exit: 'skipped' });
  });
});
