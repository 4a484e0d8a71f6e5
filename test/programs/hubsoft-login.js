/* global $, address, credentials */
// After the documentation's way, for a page with jQuery; then the token is used as well. Only address and credentials are not
// its own.

$.ajax({
  type: 'POST',
  url: `${address}/oauth/token`,
  data: credentials,
  success: useToken,
  error: failed,
});

function useToken(response) {
  alert(`TOKEN TYPE: ${response.token_type} | ACCESS TOKEN: ${response.access_token}`);
  $.ajax({
    type: 'GET',
    url: `${address}/api/v1/integracao/cliente`,
    data: { busca: 'cpf_cnpj', termo_busca: credentials.cpf },
    headers: { Authorization: `${response.token_type} ${response.access_token}` },
    success: (found) => alert(`${found.msg}: ${found.clientes[0].nome_razaosocial}`),
    error: failed,
  });
}

function failed(response) {
  alert(`error ${response.status} ${response.responseText}`);
}
