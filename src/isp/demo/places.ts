/** Towns where a provider like this one works; their districts' and streets' names are to be found anywhere. */
export interface Town {
  readonly name: string;
  readonly ibgeCode: string;
  readonly postalCodes: readonly [first: string, last: string];
  /** The middle of it, in degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly districts: readonly [string, ...string[]];
}

export const towns: readonly [Town, ...Town[]] = [
  {
    name: 'Divinópolis',
    ibgeCode: '3122306',
    postalCodes: ['35500001', '35504999'],
    latitude: -20.1389,
    longitude: -44.8839,
    districts: ['Centro', 'Bela Vista', 'Jardim América', 'Santo Antônio', 'Planalto'],
  },
  {
    name: 'Nova Serrana',
    ibgeCode: '3145208',
    postalCodes: ['35519000', '35529999'],
    latitude: -19.8763,
    longitude: -44.9847,
    districts: ['Centro', 'Cidade Nova', 'São José'],
  },
  {
    name: 'Santo Antônio do Monte',
    ibgeCode: '3160405',
    postalCodes: ['35560000', '35564999'],
    latitude: -20.087,
    longitude: -45.2935,
    districts: ['Centro', 'Dom Bosco', 'Flamengo'],
  },
  {
    name: 'Perdigão',
    ibgeCode: '3149705',
    postalCodes: ['35545000', '35549999'],
    latitude: -19.9411,
    longitude: -45.0775,
    districts: ['Centro', 'Beira Rio', 'Solar'],
  },
];

export const state = 'MG';

export const streets: readonly [readonly [kind: string, name: string], ...(readonly [kind: string, name: string])[]] = [
  ['Rua', 'das Acácias'],
  ['Rua', 'das Palmeiras'],
  ['Rua', 'dos Ipês'],
  ['Rua', 'do Comércio'],
  ['Rua', 'da Liberdade'],
  ['Rua', 'São Sebastião'],
  ['Rua', 'Santa Rita'],
  ['Rua', 'Quinze de Novembro'],
  ['Rua', 'Sete de Setembro'],
  ['Rua', 'Minas Gerais'],
  ['Rua', 'Goiás'],
  ['Rua', 'Rio Grande do Sul'],
  ['Avenida', 'Primeiro de Junho'],
  ['Avenida', 'Beira Rio'],
  ['Avenida', 'das Nações'],
  ['Travessa', 'da Matriz'],
  ['Alameda', 'dos Girassóis'],
  ['Praça', 'da Bandeira'],
];

export const plans = [
  { name: 'Fibra 100 Mega', technology: 'FIBRA', priceCents: 7990, downloadKbps: 100_000, uploadKbps: 50_000 },
  { name: 'Fibra 300 Mega', technology: 'FIBRA', priceCents: 9990, downloadKbps: 300_000, uploadKbps: 150_000 },
  { name: 'Fibra 600 Mega', technology: 'FIBRA', priceCents: 12_050, downloadKbps: 600_000, uploadKbps: 300_000 },
  { name: 'Rádio 20 Mega', technology: 'WIRELESS', priceCents: 6990, downloadKbps: 20_000, uploadKbps: 10_000 },
  { name: 'Empresa 500 Mega', technology: 'FIBRA', priceCents: 24_990, downloadKbps: 500_000, uploadKbps: 500_000 },
] as const;
